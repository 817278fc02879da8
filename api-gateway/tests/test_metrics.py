"""What the gateway counts, and that its clients cannot make it count under ever new names."""

import asyncio
import itertools
import random
import secrets

from chassis_helpers.metrics import http_series, value
from devstack.testing import eventually
from gateway_helpers.gateway import RunningGateway, bearer, run_gateway
from gateway_helpers.peers import Marker, Peer, urls

PATHS = ("/", "/api/", "/api/tasks/", "/docs/", "/api/tasks/x/restore/", "/api/tasks?q=")
TEMPLATES = {"/api/tasks", "/api/tasks/{id}", "/docs/{file}"}


def answers() -> list[float]:
    sources = ("redis", "user-service", "refused")
    return [value("revocation_answers_total", source=source) for source in sources]


async def test_a_request_is_counted_by_the_template_of_its_route(gateway: RunningGateway) -> None:
    series = ("PATCH", "/api/tasks/{id}", "200")
    before = http_series()
    for task in ("one", "two"):
        await gateway.client.patch(f"/api/tasks/{task}", headers=bearer(), json={})
    assert http_series()[series] - before[series] == 2


async def test_whatever_a_client_sends_makes_few_series(gateway: RunningGateway) -> None:
    before = http_series()
    for _ in range(100):
        method = random.choice(["GET", "DELETE", "OPTIONS", "QUERY", secrets.token_hex(3)])
        path = random.choice(PATHS) + secrets.token_hex(8)
        await gateway.client.request(method, path, headers=bearer())
    made = http_series().keys() - before.keys()
    methods = {"GET", "DELETE", "OPTIONS", "other"}
    statuses = {"200", "204", "400", "404", "405", "501"}
    assert made <= set(itertools.product(methods, {"unmatched", *TEMPLATES}, statuses))


async def test_who_said_whether_a_session_is_revoked_is_counted(
    redis_uri: str, peer: Peer, marker: Marker
) -> None:
    async with run_gateway(redis_uri=redis_uri, **urls(peer)) as gateway:

        async def status(sid: str) -> int:
            return (await gateway.client.get("/api/tasks", headers=bearer(sid=sid))).status_code

        before = answers()
        assert await status("asked") == 200
        peer.revoked = lambda: asyncio.sleep(0, None)
        assert await status("unknown") == 503
        await marker.mark()
        assert await status("marked") == 200
        await marker.revoke("revoked")
        assert await status("revoked") == 401
    difference = [now - then for now, then in zip(answers(), before, strict=True)]
    assert difference == [2, 1, 1]


async def test_a_refusal_of_a_quota_is_counted(redis_uri: str, mongo_uri: str, peer: Peer) -> None:
    before = value("quota_refusals_total", policy="address-minute")
    stores = {"redis_uri": redis_uri, "mongo_uri": mongo_uri}
    limit = {"quotas": "on", "rate_limit_per_minute": 1}
    async with run_gateway(**stores, **limit, **urls(peer)) as gateway:
        statuses = [(await gateway.client.get("/docs")).status_code for _ in range(3)]
    assert statuses == [200, 429, 429]
    assert value("quota_refusals_total", policy="address-minute") - before == 2


async def test_requests_that_a_service_has_are_in_flight_until_it_answers(
    gateway: RunningGateway, peer: Peer, held: asyncio.Event
) -> None:
    def in_flight() -> float:
        return value("upstream_requests_in_flight", upstream="tasks-service")

    request = asyncio.create_task(gateway.client.get("/api/tasks", headers=bearer()))
    await eventually(lambda: peer.seen)
    assert in_flight() == 1
    held.set()
    await request
    assert in_flight() == 0
