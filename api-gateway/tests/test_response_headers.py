"""The headers of every answer."""

import pytest
from api_gateway.cors import Cors
from api_gateway.response_headers import ResponseHeaders
from gateway_helpers.gateway import ORIGIN, RunningGateway, bearer
from gateway_helpers.peers import Peer, send_json
from starlette.types import Receive, Scope, Send

SECURITY = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
FOREIGN = [
    "null",
    "http://localhost:3001",
    "https://localhost:3000",
    "http://localhost:3000.evil.example",
    "http://evil.example#http://localhost:3000",
    "http://localhost:30000",
    "http://LOCALHOST:3000",
    "http://localhost",
    f"{ORIGIN}/",
    f"{ORIGIN}, http://evil.example",
    "",
]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/health", 200),
        ("GET", "/ready", 200),
        ("POST", "/health", 405),
        ("GET", "/nothing", 404),
        ("GET", "/api/nothing", 404),
        ("GET", "/api/tasks/%2e", 400),
        ("PUT", "/api/tasks", 405),
        ("GET", "/api/activity", 401),
        ("POST", "/api/users/auth/login", 200),
        ("OPTIONS", "/api/tasks", 204),
        ("PURGE", "/api/tasks", 501),
    ],
)
async def test_every_answer_has_its_headers(
    gateway: RunningGateway, method: str, path: str, status: int
) -> None:
    answer = await gateway.client.request(method, path, headers={"origin": ORIGIN})
    assert answer.status_code == status
    assert {name: answer.headers[name] for name in SECURITY} == SECURITY
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["access-control-allow-credentials"] == "true"
    exposed = (
        "etag location retry-after ratelimit ratelimit-policy x-request-id idempotency-replayed"
    )
    assert answer.headers["access-control-expose-headers"].split(", ") == exposed.split()
    assert "Origin" in answer.headers["vary"]
    assert answer.headers["x-request-id"]
    assert answer.headers.get("cache-control") == ("no-store" if "/api" in path else None)
    assert "strict-transport-security" not in answer.headers
    assert "server" not in answer.headers


@pytest.mark.parametrize("origin", [*FOREIGN, None])
async def test_other_origins_get_no_cors_headers(
    gateway: RunningGateway, origin: str | None
) -> None:
    headers = bearer() | ({} if origin is None else {"origin": origin})
    for path in ("/api/tasks", "/nothing", "/health"):
        answer = await gateway.client.get(path, headers=headers)
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert "Origin" in answer.headers["vary"]


async def test_a_preflight_from_an_allowed_origin_is_allowed(
    gateway: RunningGateway, peer: Peer
) -> None:
    answer = await gateway.client.options(
        "/api/tasks/abc",
        headers={
            "origin": ORIGIN,
            "access-control-request-method": "PATCH",
            "access-control-request-headers": "authorization,content-type,if-match,x-request-id",
        },
    )
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    allowed = "authorization content-type if-match idempotency-key last-event-id traceparent"
    names = answer.headers["access-control-allow-headers"].split(", ")
    assert names == [*allowed.split(), "x-request-id"]
    methods = answer.headers["access-control-allow-methods"].split(", ")
    assert {"GET", "POST", "PATCH", "DELETE"} <= set(methods)
    assert int(answer.headers["access-control-max-age"]) > 0
    assert peer.seen == []


@pytest.mark.parametrize("origin", FOREIGN)
async def test_a_foreign_preflight_is_given_no_permission(
    gateway: RunningGateway, origin: str
) -> None:
    headers = {"origin": origin, "access-control-request-method": "POST"}
    answer = await gateway.client.options("/api/tasks", headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert not [name for name in answer.headers if name.startswith("access-control-")]


async def test_a_service_cannot_change_them(gateway: RunningGateway, peer: Peer) -> None:
    async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
        theirs = [(b"access-control-allow-origin", b"*"), (b"x-frame-options", b"SAMEORIGIN")]
        await send_json(send, b"{}", 200, *theirs, (b"vary", b"Accept"))

    peer.behaviour = answer
    got = await gateway.client.get("/api/tasks", headers=bearer())
    assert "access-control-allow-origin" not in got.headers
    assert got.headers.get_list("x-frame-options") == ["DENY"]
    assert set(got.headers.get_list("vary")) == {"Accept", "Origin"}


@pytest.mark.parametrize(
    ("seconds", "value"), [(31_536_000, [b"max-age=31536000"]), (0, [b"max-age=0"]), (None, [])]
)
def test_hsts_is_for_this_host_alone_and_0_ends_it(seconds: int | None, value: list[bytes]) -> None:
    headers = ResponseHeaders(Cors([]), hsts_max_age=seconds).of({"headers": []})
    assert [given for name, given in headers if name == b"strict-transport-security"] == value
