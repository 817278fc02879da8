"""What the gateway lets through, what it stops, and what it says then."""

import json

import jwt
import pytest
from api_gateway.settings import Settings
from gateway_helpers.gateway import ORIGIN, USER_ID, RunningGateway, bearer, claims, run_gateway
from gateway_helpers.peers import Marker, Peer, urls
from gateway_helpers.redis_state import is_an_error
from starlette.types import Receive, Scope, Send

INTERNAL_SECRET = Settings().internal_secret.get_secret_value()


@pytest.mark.parametrize(
    ("method", "path", "service"),
    [
        ("POST", "/api/users/auth/register", "user-service"),
        ("POST", "/api/users/auth/login", "user-service"),
        ("POST", "/api/users/auth/refresh", "user-service"),
    ],
)
async def test_the_public_routes_need_no_token_and_accept_any(
    gateway: RunningGateway, peer: Peer, method: str, path: str, service: str
) -> None:
    for headers in ({}, {"authorization": "Bearer nonsense"}):
        assert (await gateway.client.request(method, path, headers=headers)).status_code == 200
        read = peer.seen[-1].identity(service, INTERNAL_SECRET)
        assert read.user is None
        assert read.client_ip == "127.0.0.1"
        assert peer.seen[-1].all("authorization") == []


@pytest.mark.parametrize(
    ("method", "path", "service"),
    [
        ("POST", "/api/users/auth/logout", "user-service"),
        ("GET", "/api/users/me", "user-service"),
        ("GET", "/api/tasks", "tasks-service"),
        ("POST", "/api/tasks", "tasks-service"),
        ("GET", "/api/tasks/abc", "tasks-service"),
        ("PATCH", "/api/tasks/abc", "tasks-service"),
        ("DELETE", "/api/tasks/abc", "tasks-service"),
        ("GET", "/api/activity", "activity-service"),
    ],
)
async def test_the_other_routes_need_a_token_and_forward_its_user(
    gateway: RunningGateway, peer: Peer, method: str, path: str, service: str
) -> None:
    denied = await gateway.client.request(method, path)
    is_an_error(denied, 401, "No authorization token, access denied")
    assert denied.headers["www-authenticate"] == "Bearer"
    assert peer.seen == []

    allowed = await gateway.client.request(method, path, headers=bearer(sid="s-1"))
    assert allowed.status_code == 200
    (seen,) = peer.seen
    assert (seen.method, seen.path.decode()) == (method, path)
    user = seen.identity(service, INTERNAL_SECRET).user
    assert user is not None
    assert (user.id, user.sid) == (USER_ID, "s-1")


async def test_a_forged_token_gets_401(gateway: RunningGateway, peer: Peer) -> None:
    forged = jwt.encode(claims(), "x" * 32, "HS256")
    for value in (f"Bearer {forged}", "Bearer " + "a" * 100_000, f"bearer {forged}"):
        answer = await gateway.client.get("/api/tasks", headers={"authorization": value})
        is_an_error(answer, 401, "Invalid token")
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert peer.seen == []


async def test_two_good_tokens_are_no_token(gateway: RunningGateway, peer: Peer) -> None:
    good = bearer()["authorization"]
    headers = [("authorization", good), ("authorization", good)]
    is_an_error(await gateway.client.get("/api/tasks", headers=headers), 401, "Invalid token")
    assert peer.seen == []


async def test_a_revoked_token_gets_401(
    gateway: RunningGateway, peer: Peer, marker: Marker
) -> None:
    await marker.revoke("gone")
    answer = await gateway.client.get("/api/tasks", headers=bearer(sid="gone"))
    is_an_error(answer, 401, "Token is blacklisted")
    assert peer.seen == []


async def test_an_unknown_path_gets_404_and_another_method_405(
    gateway: RunningGateway, peer: Peer
) -> None:
    is_an_error(await gateway.client.get("/api/nothing", headers=bearer()), 404, "Not found")
    is_an_error(await gateway.client.get("/internal/revocations"), 404, "Not found")
    answer = await gateway.client.put("/api/tasks", headers=bearer())
    is_an_error(answer, 405, "Method not allowed")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert peer.seen == []
    assert peer.questions == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PURGE", "/api/nothing", 501),
        ("PUT", "/api/nothing", 404),
        ("PUT", "/api/tasks", 405),
        ("GET", "/api/tasks", 401),
    ],
)
async def test_a_method_is_refused_before_a_path_and_a_path_before_a_token(
    gateway: RunningGateway, method: str, path: str, status: int
) -> None:
    assert (await gateway.client.request(method, path)).status_code == status


async def test_options_that_is_no_preflight_is_told_the_methods_of_a_path_without_a_token(
    gateway: RunningGateway,
) -> None:
    known = await gateway.client.options("/api/tasks/abc", headers={"origin": ORIGIN})
    assert (known.status_code, known.content) == (204, b"")
    assert known.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH"
    assert "access-control-allow-methods" not in known.headers
    is_an_error(await gateway.client.options("/api/nothing"), 404, "Not found")
    everything = await gateway.raw("OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert everything.startswith(b"HTTP/1.1 204")


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
    headers = bearer()
    authorization = f"Authorization: {headers['authorization']}\r\n"
    async with run_gateway(redis_uri=redis_uri, **urls(peer)) as gateway:
        assert (await gateway.client.get("/api/tasks", headers=headers)).status_code == 200
        peer.behaviour = log_out
        async with gateway.connected() as stream:
            # A body whose rest never comes keeps the exchange going after its answer.
            await stream.write(
                "POST /api/users/auth/logout HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n"
                f"{authorization}\r\n" + "a" * 100_000
            )
            assert (await stream.read(until=b"\r\n\r\n")).startswith(b"HTTP/1.1 204")
            after = await gateway.client.get("/api/tasks", headers=headers)
        is_an_error(after, 401, "Token is blacklisted")
