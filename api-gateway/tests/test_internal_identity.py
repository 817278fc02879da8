"""The gateway tells a service who sends a request, and no client can."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
import structlog
from api_gateway.settings import Settings
from chassis.app import create_service_app
from chassis.health import Checks
from chassis.identity import NotBelieved
from chassis.settings import ServiceSettings
from chassis_helpers.http import served
from fastapi import FastAPI
from gateway_helpers.gateway import RunningGateway, bearer, run_gateway
from gateway_helpers.peers import Marker, Peer, send_json, urls
from gateway_helpers.redis_state import is_an_error
from pydantic import SecretStr
from starlette.types import Receive, Scope, Send

INTERNAL_SECRET = Settings().internal_secret.get_secret_value()


async def test_a_service_cannot_use_the_identity_of_one_request_for_another(
    gateway: RunningGateway, peer: Peer
) -> None:
    await gateway.client.get("/api/tasks/abc?a=b", headers=bearer())
    (seen,) = peer.seen
    assert seen.identity("tasks-service", INTERNAL_SECRET).user is not None
    for name, value in (("method", "DELETE"), ("path", b"/api/tasks")):
        before = getattr(seen, name)
        setattr(seen, name, value)
        with pytest.raises(NotBelieved):
            seen.identity("tasks-service", INTERNAL_SECRET)
        setattr(seen, name, before)
    with pytest.raises(NotBelieved):
        seen.identity("user-service", INTERNAL_SECRET)


@asynccontextmanager
async def _no_resources(_: FastAPI) -> AsyncIterator[Mapping[str, Any]]:
    yield {"checks": Checks({})}


@asynccontextmanager
async def service_with_another_secret(name: str) -> AsyncIterator[dict[str, str]]:
    """A service that differs from the gateway in its `INTERNAL_SECRET`; gives the gateway's setting."""
    settings = ServiceSettings(port=1, internal_secret=SecretStr("another-secret-" + "x" * 32))
    app = create_service_app(name, settings, _no_resources)
    async with served(app, lifespan="on") as port:
        yield {f"{name.replace('-', '_')}_url": f"http://127.0.0.1:{port}"}


async def test_a_service_that_does_not_believe_the_gateway_is_502_and_unready_and_logged(
    peer: Peer, redis_uri: str, ready: None
) -> None:
    del ready
    async with (
        service_with_another_secret("tasks-service") as other,
        run_gateway(redis_uri=redis_uri, **urls(peer) | other) as gateway,
    ):
        with structlog.testing.capture_logs() as lines:
            for method in ("GET", "POST"):
                answer = await gateway.client.request(method, "/api/tasks", headers=bearer())
                is_an_error(answer, 502, "Service Error or Unavailable")
                assert "www-authenticate" not in answer.headers
        errors = [line for line in lines if line["log_level"] == "error"]
        assert [line["upstream"] for line in errors] == ["tasks-service"] * 2
        readiness = await gateway.client.get("/ready")
        assert readiness.status_code == 503
        checks = readiness.json()["checks"]
        assert checks["tasks-service"] == "does not believe the gateway"
        assert checks["user-service"] == "up"


async def test_user_service_that_does_not_believe_the_gateway_signs_nobody_out(
    peer: Peer, redis_uri: str, marker: Marker
) -> None:
    await marker.redis.flushdb()  # so that user-service has to be asked what is revoked
    async with (
        service_with_another_secret("user-service") as other,
        run_gateway(redis_uri=redis_uri, **urls(peer) | other) as gateway,
    ):
        answer = await gateway.client.get("/api/tasks", headers=bearer())
        is_an_error(answer, 502, "Service Error or Unavailable")
    assert peer.seen == []


async def test_a_401_that_is_about_the_clients_token_is_forwarded(
    gateway: RunningGateway, peer: Peer
) -> None:
    async def refuse(_scope: Scope, _receive: Receive, send: Send) -> None:
        body = json.dumps({"message": "Invalid credentials"}).encode()
        await send_json(send, body, 401, (b"www-authenticate", b"Bearer"))

    peer.behaviour = refuse
    answer = await gateway.client.post("/api/users/auth/login", json={})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


async def test_identity_headers_of_a_client_are_dropped(
    gateway: RunningGateway, peer: Peer
) -> None:
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
    answer = await gateway.client.get("/api/tasks", headers=bearer() | posing)
    assert answer.status_code == 200
    (seen,) = peer.seen
    assert "me" not in [value for _, value in seen.headers]
    assert seen.one("x-forwarded-for") == "127.0.0.1"
    assert seen.one("x-request-id") == answer.headers["x-request-id"]
    assert seen.identity("tasks-service", INTERNAL_SECRET).client_ip == "127.0.0.1"


async def test_behind_a_trusted_proxy_the_client_ip_is_the_one_the_proxy_names(
    peer: Peer, redis_uri: str, ready: None
) -> None:
    del ready
    async with run_gateway(
        redis_uri=redis_uri, trusted_proxies="127.0.0.0/8", **urls(peer)
    ) as gateway:
        named = {"x-forwarded-for": "6.6.6.6, 192.0.2.7"}
        await gateway.client.get("/api/tasks", headers=bearer() | named)
    assert peer.seen[0].one("x-forwarded-for") == "192.0.2.7"


async def test_the_request_id_goes_to_the_service_and_back_to_the_client(
    gateway: RunningGateway, peer: Peer
) -> None:
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    sent = {"x-request-id": "page-1.a_b", "traceparent": trace}
    answer = await gateway.client.get("/api/tasks", headers=bearer() | sent)
    assert answer.headers["x-request-id"] == peer.seen[0].one("x-request-id") == "page-1.a_b"
    assert peer.seen[0].one("traceparent").startswith(f"00-{'a' * 32}-")
    assert peer.seen[0].one("traceparent") != trace
    strange = await gateway.client.get(
        "/api/tasks", headers=bearer() | {"x-request-id": "a b" * 99}
    )
    assert strange.headers["x-request-id"] != "a b" * 99
