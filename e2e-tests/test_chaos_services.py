"""Services killed, stopped and frozen."""

import asyncio
import os
import signal
import time
from functools import partial
from pathlib import Path

import httpx2
import pytest
from client import ACTIVITY as FEED
from client import AUTH, NewUser, User, assert_error, new_http
from client import TASKS as LIST
from contracts.blacklist import KEY, ready_mark
from devstack.redis import Redis
from devstack.suite import Suite
from devstack.testing import eventually, examples
from inside import ACTIVITY, GATEWAY, TASKS, USERS, another
from load import creating, told_exactly_once

UNAVAILABLE = "Service Error or Unavailable"


async def ask(user: User, service: str) -> httpx2.Response:
    """A call that this service answers, with 200 when all is well."""
    if service == USERS:
        credentials = {"email": user.email, "password": user.password}
        return await user.http.post(f"{AUTH}/login", json=credentials)
    return await user.get(LIST if service == TASKS else FEED)


@pytest.mark.parametrize("away", [USERS, TASKS, ACTIVITY])
async def test_a_service_that_is_away_takes_its_own_routes_with_it_and_no_others(
    victim: Suite, user: User, away: str
) -> None:
    gateway = victim.states()[GATEWAY].pid
    await _revocations_are_settled(victim, user)
    assert await _works(user, TASKS)
    await asyncio.to_thread(victim.stop, away)

    for service in (USERS, TASKS, ACTIVITY):
        answer = await ask(user, service)
        if service == away:
            assert_error(answer, 503, UNAVAILABLE)
            assert int(answer.headers["retry-after"]) >= 1
        else:
            assert answer.status_code == 200, answer.text
    assert (await user.http.get("/health")).status_code == 200

    async def is_named() -> bool:
        ready = await user.http.get("/ready")
        return ready.status_code == 503 and ready.json()["checks"][away] == "down"

    await eventually(is_named)  # what was found before is said again for a second

    await asyncio.to_thread(victim.start, away)
    await eventually(lambda: _works(user, away))
    assert victim.states()[GATEWAY].pid == gateway


async def _revocations_are_settled(victim: Suite, user: User) -> None:
    """Wait until the gateway asks Redis, and until user-service's next word stands there.

    Redis may have been away a moment ago: the breaker closes only with traffic, and after it that
    word alone brings trust in Redis back.
    """

    async def breaker_is_closed() -> bool:
        await _works(user, TASKS)
        checks = (await user.http.get("/ready")).json()["checks"]
        return str(checks["breaker"]) == "closed"

    await eventually(breaker_is_closed)
    [redis] = [store for store in victim.plan.stores if isinstance(store, Redis)]
    now = time.time() * 1000
    with redis.client() as client:

        def renewed() -> bool:
            run_id = client.info("server")["run_id"]
            return (client.zscore(KEY, ready_mark(run_id)) or 0) > now

        await eventually(renewed)


async def _works(user: User, service: str) -> bool:
    return (await ask(user, service)).status_code == 200


@pytest.mark.parametrize("frozen", [TASKS, ACTIVITY])
async def test_a_frozen_service_is_504_and_the_others_answer(
    victim: Suite, user: User, frozen: str
) -> None:
    impatient = {"UPSTREAM_TIMEOUT_SECONDS": "5"}
    with another(victim, GATEWAY, impatient) as url:
        victim.freeze(frozen)
        async with new_http(url) as http:
            user.http, patient = http, user.http
            for service in (TASKS, ACTIVITY):
                answer = await ask(user, service)
                if service == frozen:
                    assert_error(answer, 504, UNAVAILABLE)
                else:
                    assert answer.status_code == 200, answer.text
            victim.thaw(frozen)
            await eventually(lambda: _works(user, frozen))
            user.http = patient


@pytest.mark.parametrize("killed", [TASKS, ACTIVITY])
async def test_nothing_acknowledged_is_lost_or_told_twice_when_a_service_is_killed_under_load(
    victim: Suite, user: User, killed: str
) -> None:
    async with creating(user) as load:
        for _ in range(examples(2, 20)):
            await load.acknowledges(40)
            former = victim.states()[killed].pid
            victim.kill(killed)
            await load.acknowledges(40)
            await eventually(partial(_runs_anew, victim, killed, former))

    await told_exactly_once(user, load)


def _runs_anew(victim: Suite, service: str, former: int) -> bool:
    return victim.states()[service].pid not in (0, former)


async def test_a_gateway_that_is_killed_comes_back_and_knows_who_is_revoked(
    victim: Suite, new_user: NewUser
) -> None:
    revoked, good = await new_user(), await new_user()
    await revoked.logout()

    victim.kill(GATEWAY)

    async def is_back() -> bool:
        try:
            return (await good.get(LIST)).status_code == 200
        except httpx2.TransportError:
            return False

    await eventually(is_back)
    assert_error(await revoked.get(LIST), 401)


async def test_a_service_told_to_stop_finishes_what_it_has_begun(victim: Suite, user: User) -> None:
    pid = victim.states()[TASKS].pid
    victim.freeze(TASKS)
    creating = asyncio.create_task(user.create(title="In flight"))
    await eventually(lambda: _has_unread_request(victim, TASKS))
    victim.freeze("mongo")
    victim.thaw(TASKS)
    await eventually(lambda: not _has_unread_request(victim, TASKS))

    os.kill(pid, signal.SIGTERM)
    await eventually(lambda: _refuses_connections(victim.urls[TASKS]))
    victim.thaw("mongo")

    assert (await creating)["title"] == "In flight"
    await eventually(lambda: _works(user, TASKS))
    assert [task["title"] for task in await user.all_tasks()] == ["In flight"]


async def test_a_gateway_told_to_stop_finishes_what_it_has_begun(victim: Suite, user: User) -> None:
    pid = victim.states()[GATEWAY].pid
    victim.freeze(TASKS)
    creating = asyncio.create_task(user.create(title="In flight"))
    await eventually(lambda: _has_unread_request(victim, TASKS))

    os.kill(pid, signal.SIGTERM)
    await eventually(lambda: _refuses_connections(victim.gateway_url))
    victim.thaw(TASKS)

    assert (await creating)["title"] == "In flight"
    await eventually(partial(_runs_anew, victim, GATEWAY, pid))


def _has_unread_request(victim: Suite, service: str) -> bool:
    """Whether a connection to the service holds bytes that it has not read (proc(5), net/tcp)."""
    port = f":{httpx2.URL(victim.urls[service]).port:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(
        row[1].endswith(port) and int(row[4].partition(":")[2], 16) > 0
        for row in rows
        if row[3] == "01"
    )


async def _refuses_connections(url: str) -> bool:
    where = httpx2.URL(url)
    try:
        _, writer = await asyncio.open_connection(where.host, where.port)
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:
        return False  # it closed its door while we knocked; the next knock will tell
    writer.close()
    return False
