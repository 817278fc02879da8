"""From which origins the gateway takes a call under /api/users/auth."""

import pytest
from gateway_helpers.gateway import ORIGIN, RunningGateway, bearer
from gateway_helpers.peers import Peer
from gateway_helpers.redis_state import is_an_error


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "http://localhost:3001",
        "http://localhost:3000.evil.example",
        "HTTP://LOCALHOST:3000",
    ],
)
async def test_a_call_under_auth_from_a_foreign_origin_gets_403_with_a_cookie_or_without(
    gateway: RunningGateway, peer: Peer, origin: str
) -> None:
    for cookie in ({"cookie": "refreshToken=abc"}, {}):
        headers = bearer() | cookie | {"origin": origin}
        for call in ("refresh", "login", "register", "logout"):
            answer = await gateway.client.post(f"/api/users/auth/{call}", headers=headers)
            is_an_error(answer, 403, "Origin not allowed")
    assert peer.seen == []


async def test_a_cookie_from_an_allowed_origin_or_without_one_is_accepted(
    gateway: RunningGateway,
) -> None:
    for origin in ({"origin": ORIGIN}, {}):
        headers = {"cookie": "refreshToken=abc"} | origin
        answer = await gateway.client.post("/api/users/auth/refresh", headers=headers)
        assert answer.status_code == 200


async def test_two_origins_are_foreign(gateway: RunningGateway) -> None:
    headers = [("cookie", "a=b"), ("origin", ORIGIN), ("origin", "http://evil.example")]
    answer = await gateway.client.post("/api/users/auth/refresh", headers=headers)
    is_an_error(answer, 403, "Origin not allowed")
    assert "access-control-allow-origin" not in answer.headers
