"""What the gateway lets through, what it stops, and what it says then."""

import gzip
import json
from typing import Any

import httpx2
import jwt
import pytest
from chassis.identity import verify_identity
from contracts.blacklist import blacklist_key
from starlette.types import Receive, Scope, Send

from api_gateway.conftest import (
    ORIGIN,
    USER_ID,
    Gate,
    Marker,
    Peer,
    bearer,
    claims,
    open_gate,
    send_json,
    urls,
)
from api_gateway.settings import GatewaySettings

INTERNAL_SECRET = GatewaySettings().internal_secret.get_secret_value()


def is_an_error(answer: httpx2.Response, status: int, message: str) -> None:
    """The contract's body and headers, and nothing else."""
    assert answer.status_code == status
    request_id = answer.headers["x-request-id"]
    assert answer.json() == {"message": message, "requestId": request_id}
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("method", "path", "service"),
    [
        ("POST", "/api/users/auth/register", "user-service"),
        ("POST", "/api/users/auth/login", "user-service"),
        ("POST", "/api/users/auth/refresh", "user-service"),
    ],
)
async def test_the_public_calls_need_no_token_and_mind_none(
    gate: Gate, peer: Peer, method: str, path: str, service: str
) -> None:
    for headers in ({}, {"authorization": "Bearer nonsense"}):
        assert (await gate.client.request(method, path, headers=headers)).status_code == 200
        identity = peer.seen[-1].one("x-internal-identity")
        read = verify_identity(identity, audience=service, secret=INTERNAL_SECRET)
        assert read.user is None
        assert read.address == "127.0.0.1"
        assert peer.seen[-1].all("authorization") == []


@pytest.mark.parametrize(
    ("method", "path", "service"),
    [
        ("POST", "/api/users/auth/logout", "user-service"),
        ("GET", "/api/tasks", "tasks-service"),
        ("POST", "/api/tasks", "tasks-service"),
        ("GET", "/api/tasks/abc", "tasks-service"),
        ("PATCH", "/api/tasks/abc", "tasks-service"),
        ("DELETE", "/api/tasks/abc", "tasks-service"),
        ("GET", "/api/activity", "activity-service"),
    ],
)
async def test_the_other_calls_need_a_token_and_carry_its_bearer(
    gate: Gate, peer: Peer, method: str, path: str, service: str
) -> None:
    denied = await gate.client.request(method, path)
    is_an_error(denied, 401, "No authorization token, access denied")
    assert denied.headers["www-authenticate"] == "Bearer"
    assert peer.seen == []

    allowed = await gate.client.request(method, path, headers=bearer(jti="j-1", sid="s-1"))
    assert allowed.status_code == 200
    (seen,) = peer.seen
    assert (seen.method, seen.path.decode()) == (method, path)
    identity = seen.one("x-internal-identity")
    user = verify_identity(identity, audience=service, secret=INTERNAL_SECRET).user
    assert user is not None
    assert (user.id, user.jti, user.sid) == (USER_ID, "j-1", "s-1")


async def test_a_forged_token_gets_401(gate: Gate, peer: Peer) -> None:
    forged = jwt.encode(claims(), "x" * 32, "HS256")
    for value in (f"Bearer {forged}", "Bearer " + "a" * 100_000, f"bearer {forged}"):
        answer = await gate.client.get("/api/tasks", headers={"authorization": value})
        is_an_error(answer, 401, "Invalid token")
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert peer.seen == []


async def test_two_good_tokens_are_no_token(gate: Gate, peer: Peer) -> None:
    good = bearer()["authorization"]
    headers = [("authorization", good), ("authorization", good)]
    is_an_error(await gate.client.get("/api/tasks", headers=headers), 401, "Invalid token")
    assert peer.seen == []


async def test_a_revoked_token_gets_401(gate: Gate, peer: Peer, marker: Marker) -> None:
    await marker.redis.set(blacklist_key("gone"), "1")
    for revoked in ({"jti": "gone"}, {"sid": "gone"}):
        answer = await gate.client.get("/api/tasks", headers=bearer(**revoked))
        is_an_error(answer, 401, "Token is blacklisted")
    assert peer.seen == []


async def test_an_unknown_path_gets_404_and_another_method_405(gate: Gate, peer: Peer) -> None:
    is_an_error(await gate.client.get("/api/nothing", headers=bearer()), 404, "Not found")
    is_an_error(await gate.client.get("/internal/revocations"), 404, "Not found")
    answer = await gate.client.put("/api/tasks", headers=bearer())
    is_an_error(answer, 405, "Method not allowed")
    assert answer.headers["allow"] == "GET, POST"
    head = await gate.client.head("/api/tasks", headers=bearer())
    assert (head.status_code, head.content) == (405, b"")
    assert peer.seen == []
    assert peer.questions == []


async def test_path_and_query_go_through_byte_for_byte(gate: Gate, peer: Peer) -> None:
    target = "/api/tasks/a%20b;c=d/?q=%zz&&x=a+b%2Fc&q=['\"<>|"
    answer = await gate.raw(
        f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Authorization: {bearer()['authorization']}\r\n\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 200")
    (seen,) = peer.seen
    assert seen.path == b"/api/tasks/a%20b;c=d"
    assert seen.query == b"q=%zz&&x=a+b%2Fc&q=['\"<>|"


async def test_a_client_cannot_say_who_it_is(gate: Gate, peer: Peer) -> None:
    posing = {
        "x-internal-identity": "me",
        "x-user-id": "me",
        "x-token-id": "me",
        "x-token-expiry": "me",
        "x-forwarded-for": "6.6.6.6",
        "x-forwarded-host": "me",
        "forwarded": "for=6.6.6.6",
        "x-real-ip": "6.6.6.6",
        "connection": "x-internal-identity, x-request-id, x-forwarded-for, keep-alive",
    }
    answer = await gate.client.get("/api/tasks", headers=bearer() | posing)
    assert answer.status_code == 200
    (seen,) = peer.seen
    assert "me" not in [value for _, value in seen.headers]
    assert seen.one("x-forwarded-for") == "127.0.0.1"
    assert seen.one("x-request-id") == answer.headers["x-request-id"]
    signed = seen.one("x-internal-identity")
    read = verify_identity(signed, audience="tasks-service", secret=INTERNAL_SECRET)
    assert read.address == "127.0.0.1"


async def test_behind_a_trusted_proxy_the_client_is_who_the_proxy_says(
    peer: Peer, redis_uri: str, ready: None
) -> None:
    del ready
    async with open_gate(redis_uri=redis_uri, trusted_proxies="127.0.0.0/8", **urls(peer)) as gate:
        named = {"x-forwarded-for": "6.6.6.6, 192.0.2.7"}
        await gate.client.get("/api/tasks", headers=bearer() | named)
    assert peer.seen[0].one("x-forwarded-for") == "192.0.2.7"


async def test_ids_go_up_and_come_back(gate: Gate, peer: Peer) -> None:
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    sent = {"x-request-id": "page-1.a_b", "traceparent": trace}
    answer = await gate.client.get("/api/tasks", headers=bearer() | sent)
    assert answer.headers["x-request-id"] == peer.seen[0].one("x-request-id") == "page-1.a_b"
    assert peer.seen[0].one("traceparent").startswith(f"00-{'a' * 32}-")
    assert peer.seen[0].one("traceparent") != trace
    strange = await gate.client.get("/api/tasks", headers=bearer() | {"x-request-id": "a b" * 99})
    assert strange.headers["x-request-id"] != "a b" * 99


async def test_cookies_go_to_the_auth_calls_alone(gate: Gate, peer: Peer) -> None:
    cookie = {"cookie": "refreshToken=abc; other=d"}
    await gate.client.post("/api/users/auth/refresh", headers=cookie)
    await gate.client.get("/api/tasks", headers=bearer() | cookie)
    assert [seen.all("cookie") for seen in peer.seen] == [["refreshToken=abc; other=d"], []]


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "http://localhost:3001",
        "http://localhost:3000.evil.example",
        "HTTP://LOCALHOST:3000",
    ],
)
async def test_a_cookie_from_a_foreign_origin_gets_403(gate: Gate, peer: Peer, origin: str) -> None:
    headers = {"cookie": "refreshToken=abc", "origin": origin}
    for call in ("refresh", "login", "register"):
        answer = await gate.client.post(f"/api/users/auth/{call}", headers=headers)
        is_an_error(answer, 403, "Origin not allowed")
    logout = await gate.client.post("/api/users/auth/logout", headers=headers | bearer())
    is_an_error(logout, 403, "Origin not allowed")
    assert peer.seen == []
    del headers["cookie"]
    assert (await gate.client.post("/api/users/auth/login", headers=headers)).status_code == 200


async def test_a_cookie_from_home_or_without_an_origin_is_taken(gate: Gate) -> None:
    for origin in ({"origin": ORIGIN}, {}):
        headers = {"cookie": "refreshToken=abc"} | origin
        answer = await gate.client.post("/api/users/auth/refresh", headers=headers)
        assert answer.status_code == 200


async def test_two_origins_are_foreign(gate: Gate) -> None:
    headers = [("cookie", "a=b"), ("origin", ORIGIN), ("origin", "http://evil.example")]
    answer = await gate.client.post("/api/users/auth/refresh", headers=headers)
    is_an_error(answer, 403, "Origin not allowed")
    assert "access-control-allow-origin" not in answer.headers


async def test_an_answer_comes_back_as_it_was_but_for_what_the_gateway_says(
    gate: Gate, peer: Peer
) -> None:
    packed = gzip.compress(b'{"a": 1}')

    async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
        cookies = [(b"set-cookie", b"a=1; HttpOnly"), (b"set-cookie", b"b=2")]
        encoded = [(b"content-encoding", b"gzip"), (b"etag", b'"7"'), (b"x-request-id", b"theirs")]
        await send_json(send, packed, 412, *cookies, *encoded, (b"cache-control", b"public"))

    peer.behaviour = answer
    request = gate.client.build_request("GET", "/api/tasks", headers=bearer())
    got = await gate.client.send(request, stream=True)
    raw = b"".join([piece async for piece in got.aiter_raw()])
    assert (got.status_code, raw) == (412, packed)
    assert got.headers.get_list("set-cookie") == ["a=1; HttpOnly", "b=2"]
    assert got.headers["etag"] == '"7"'
    assert got.headers.get_list("cache-control") == ["no-store"]
    assert got.headers.get_list("x-request-id") != ["theirs"]
    assert len(got.headers.get_list("date")) == 1
    assert peer.seen[0].one("accept-encoding") == request.headers["accept-encoding"]


async def test_nothing_is_added_to_what_a_terse_client_sends(gate: Gate, peer: Peer) -> None:
    await gate.raw(
        "POST /api/tasks HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Authorization: {bearer()['authorization']}\r\nContent-Length: 2\r\n\r\n{{}}"
    )
    identity = {"x-internal-identity", "x-forwarded-for", "x-request-id", "traceparent", "via"}
    assert {name for name, _ in peer.seen[0].headers} == identity | {"host", "content-length"}


async def test_redirects_are_the_clients_business(gate: Gate, peer: Peer) -> None:
    async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send_json(send, b"{}", 307, (b"location", b"/internal/revocations"))

    peer.behaviour = answer
    got = await gate.client.get("/api/tasks", headers=bearer())
    assert (got.status_code, got.headers["location"]) == (307, "/internal/revocations")


async def test_cookies_of_one_client_never_reach_another(gate: Gate, peer: Peer) -> None:
    async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send_json(send, b"{}", 200, (b"set-cookie", b"refreshToken=secret; Path=/"))

    peer.behaviour = answer
    for _ in range(2):
        async with httpx2.AsyncClient(base_url=gate.client.base_url) as client:
            await client.post("/api/users/auth/login")
    assert [seen.all("cookie") for seen in peer.seen] == [[], []]


async def test_past_the_limit_of_an_address_it_gets_429(
    peer: Peer, redis_uri: str, ready: None
) -> None:
    del ready
    async with open_gate(redis_uri=redis_uri, rate_limit_per_minute=3, **urls(peer)) as gate:
        for path in ("/api/tasks", "/nothing", "/api/activity"):
            assert (await gate.client.get(path, headers=bearer())).status_code != 429
        origin = {"origin": ORIGIN}
        refused = await gate.client.get("/api/tasks", headers=bearer() | origin)
        is_an_error(refused, 429, "Too many requests, try again later")
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.headers["access-control-allow-origin"] == ORIGIN
        assert (await gate.client.get("/health")).status_code == 200
    assert len(peer.seen) == 2


async def test_a_logout_is_known_at_once_when_redis_cannot_tell(peer: Peer, redis_uri: str) -> None:
    # No mark in Redis: user-service is asked, and its "not revoked" is good for a moment.
    sessions = {"revoked": False}

    async def answer() -> bytes:
        return json.dumps(sessions).encode()

    async def log_out(_scope: Scope, _receive: Receive, send: Send) -> None:
        sessions["revoked"] = True
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    peer.revoked = answer
    headers: dict[str, Any] = bearer()
    async with open_gate(redis_uri=redis_uri, **urls(peer)) as gate:
        assert (await gate.client.get("/api/tasks", headers=headers)).status_code == 200
        peer.behaviour = log_out
        left = await gate.client.post("/api/users/auth/logout", headers=headers)
        assert (left.status_code, left.content) == (204, b"")
        after = await gate.client.get("/api/tasks", headers=headers)
        is_an_error(after, 401, "Token is blacklisted")
