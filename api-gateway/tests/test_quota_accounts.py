"""Whom a request counts for, and what the response says of it."""

from collections.abc import AsyncIterator

import pytest
from api_gateway import plans
from api_gateway.plans import OVERRIDES, PLANS
from chassis.mongo import Document, open_mongo
from devstack.testing import eventually
from gateway_helpers.gateway import ORIGIN, USER_ID, RunningGateway, bearer
from gateway_helpers.peers import Marker, Peer
from gateway_helpers.quotas import OTHER_USER, TOO_MANY, counting, read, remaining
from gateway_helpers.redis_state import is_an_error


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "REFRESH_SECONDS", 0.1)


@pytest.fixture
async def limited(
    peer: Peer, redis_uri: str, mongo_uri: str, ready: None
) -> AsyncIterator[RunningGateway]:
    del ready
    async with counting(peer, redis_uri, mongo_uri) as gateway:
        yield gateway


async def test_every_answer_says_what_is_left_in_the_form_of_the_draft(
    limited: RunningGateway,
) -> None:
    answer = await limited.client.get("/api/tasks", headers=bearer() | {"origin": ORIGIN})
    assert answer.headers["ratelimit-policy"] == (
        '"read-burst";q=1000;w=10, "read-day";q=5;w=86400'
    )
    assert answer.headers["ratelimit"] == ('"read-burst";r=999;t=1, "read-day";r=4;t=17280')
    assert "ratelimit" in answer.headers["access-control-expose-headers"]
    answer = await limited.client.post("/api/tasks", headers=bearer())
    assert answer.headers["ratelimit-policy"] == '"write-day";q=2;w=86400'
    assert answer.headers["ratelimit"] == '"write-day";r=1;t=43200'


async def test_past_a_limit_of_a_user_it_is_429_for_that_user_and_kind_alone(
    limited: RunningGateway, peer: Peer
) -> None:
    for _ in range(2):
        assert (await limited.client.post("/api/tasks", headers=bearer())).status_code == 200
    refused = await limited.client.post("/api/tasks", headers=bearer(sid="session-2"))
    is_an_error(refused, 429, TOO_MANY)
    assert refused.headers["ratelimit"] == f'"write-day";r=0;t={refused.headers["retry-after"]}'
    assert 43_000 < int(refused.headers["retry-after"]) <= 43_200
    assert len(peer.seen) == 2
    assert (await read(limited)).status_code == 200
    other = await limited.client.post("/api/tasks", headers=bearer(**OTHER_USER))
    assert other.status_code == 200


async def test_what_has_no_good_token_counts_for_its_address_as_does_a_sign_in(
    limited: RunningGateway, marker: Marker
) -> None:
    await marker.revoke("gone")
    requests: list[tuple[str, str, dict[str, str], int]] = [
        ("POST", "/api/users/auth/login", {}, 200),
        ("POST", "/api/users/auth/logout", bearer(), 200),
        ("OPTIONS", "/api/tasks", {}, 204),
        ("GET", "/api/nothing", bearer(), 404),
        ("GET", "/api/tasks", {}, 401),
        ("GET", "/api/tasks", bearer(exp=1), 401),
        ("GET", "/api/tasks", bearer(sid="gone"), 401),
    ]
    for number, (method, path, headers, status) in enumerate(requests):
        address = {"x-forwarded-for": f"192.0.2.{number}"}
        first, second = [
            await limited.client.request(method, path, headers=headers | address) for _ in range(2)
        ]
        assert first.status_code == status
        assert first.headers["ratelimit-policy"] == '"address-minute";q=1;w=60'
        assert first.headers["ratelimit"] == '"address-minute";r=0;t=60'
        is_an_error(second, 429, TOO_MANY)
    # Others behind the same address, who are signed in, are not stopped.
    assert (await read(limited)).status_code == 200


async def test_health_and_preflights_are_not_counted(limited: RunningGateway) -> None:
    asking = {"origin": ORIGIN, "access-control-request-method": "GET"}
    for _ in range(2):
        assert (await limited.client.get("/health")).status_code == 200
        preflight = await limited.client.options("/api/tasks", headers=asking)
        assert (preflight.status_code, "ratelimit" in preflight.headers) == (204, False)


async def test_the_quota_of_a_user(limited: RunningGateway) -> None:
    await limited.client.post("/api/tasks", headers=bearer())
    answer = await limited.client.get("/api/quota", headers=bearer())
    assert answer.status_code == 200
    report = answer.json()
    writes = report["limits"].pop()
    assert 43_000 < writes.pop("resetSeconds") <= 43_200
    assert writes == {"name": "write-day", "limit": 2, "remaining": 1}
    assert report == {
        "plan": "default",
        "limits": [
            {"name": "read-burst", "limit": 1000, "remaining": 999, "resetSeconds": 1},
            {"name": "read-day", "limit": 5, "remaining": 4, "resetSeconds": 17_280},
        ],
    }
    assert answer.headers["ratelimit"] == '"read-burst";r=999;t=1, "read-day";r=4;t=17280'
    is_an_error(
        await limited.client.get("/api/quota"), 401, "No authorization token, access denied"
    )


async def test_two_gateways_count_together_in_one_round_trip_each(
    limited: RunningGateway, peer: Peer, redis_uri: str, mongo_uri: str, marker: Marker
) -> None:
    async with counting(peer, redis_uri, mongo_uri) as second:
        await read(second)
        await marker.redis.config_resetstat()
        assert remaining(await read(limited))["read-day"] == 3
        assert remaining(await read(second))["read-day"] == 2
        stats = await marker.redis.info("commandstats")
        assert stats["cmdstat_evalsha"]["calls"] == 2
        assert "cmdstat_zmscore" not in stats


async def test_a_plan_and_an_override_hold_without_a_restart(
    limited: RunningGateway, mongo_uri: str
) -> None:
    async def has(plan: str, limit: int) -> bool:
        report = (await limited.client.get("/api/quota", headers=bearer())).json()
        found: dict[str, int] = {one["name"]: one["limit"] for one in report.get("limits", ())}
        return (report.get("plan"), found.get("read-day")) == (plan, limit)

    async with open_mongo(mongo_uri, {}) as database:
        await database[PLANS].insert_one({"_id": "pro", "limits": {"read-day": 5000}})
        odd_plan: Document = {"_id": "odd", "plan": ["pro"]}
        await database[OVERRIDES].insert_many([odd_plan, {"_id": {"a": 1}, "plan": "pro"}])
        await database[PLANS].insert_one({"_id": {"a": 1}})
        await database[OVERRIDES].insert_one({"_id": USER_ID, "plan": "pro"})
        await eventually(lambda: has("pro", 5000))
        own = {"limits": {"read-day": 4000, "no-such-limit": 1, "read-burst": "many"}}
        await database[OVERRIDES].update_one({"_id": USER_ID}, {"$set": own})
        await eventually(lambda: has("pro", 4000))
    assert remaining(await read(limited, **OTHER_USER)) == {"read-burst": 999, "read-day": 4}


async def test_off_counts_nothing_and_says_so(gateway: RunningGateway) -> None:
    for headers in (bearer(), {}):
        answer = await gateway.client.get("/api/tasks", headers=headers)
        assert {"ratelimit", "ratelimit-policy"}.isdisjoint(answer.headers)
    answer = await gateway.client.get("/api/quota", headers=bearer())
    assert (answer.status_code, answer.json()) == (200, {"plan": "off", "limits": []})
    ready = (await gateway.client.get("/ready")).json()
    assert ready["checks"]["gateway_db"] == "off"
