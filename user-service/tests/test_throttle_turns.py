"""Logins that are not decided yet: they count, and the next ones wait for them."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
from chassis.errors import TooManyRequests, Unavailable
from chassis.mongo import Database
from devstack.testing import eventually
from user_helpers.service import EMAIL, HERE, AdjustableClock, bounds, counters_of_logins
from user_service import places
from user_service.places import Place, Places
from user_service.throttle import LoginThrottle


async def test_an_attempt_without_a_result_is_no_failure(database: Database) -> None:
    subject = LoginThrottle(database, bounds(1, 1, 1))
    for _ in range(3):
        with pytest.raises(Unavailable):
            async with subject.attempt(EMAIL, HERE):
                raise Unavailable
    async with subject.attempt(EMAIL, HERE):
        pass


async def test_an_attempt_that_never_ended_counts_as_a_failure(database: Database) -> None:
    clock = AdjustableClock()
    clock.stop()
    subject = LoginThrottle(database, bounds(1, 0, 0), clock)
    entered = asyncio.Event()

    async def vanish() -> None:
        async with subject.attempt(EMAIL, HERE):
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(vanish())
    await entered.wait()
    task.cancel()
    await asyncio.wait([task])
    clock.advance(seconds=61)
    with pytest.raises(TooManyRequests) as refused:
        async with subject.attempt(EMAIL, HERE):
            pass
    assert refused.value.headers["retry-after"] == "839"


@pytest.mark.parametrize("replicas", [1, 2])
async def test_a_login_waits_for_the_undecided_ones_before_it(
    database: Database, replicas: int
) -> None:
    subjects = [LoginThrottle(database, bounds(1, 0, 0)) for _ in range(replicas)]
    may_end, order = asyncio.Event(), []

    async def first() -> None:
        async with subjects[0].attempt(EMAIL, HERE):
            order.append("first begins")
            await may_end.wait()
            order.append("first ends")

    async def second() -> None:
        order.append("second waits")
        async with subjects[-1].attempt(EMAIL, HERE):
            order.append("second begins")

    one = asyncio.create_task(first())
    await eventually(lambda: order)
    two = asyncio.create_task(second())
    await eventually(lambda: len(order) == 2)
    may_end.set()
    await asyncio.gather(one, two)
    assert order == ["first begins", "second waits", "first ends", "second begins"]


async def test_a_login_waits_its_turn_without_asking_again_and_again(database: Database) -> None:
    asked = 0

    class Counting(Places):
        async def _add_if_room(self, *args: Any) -> Sequence[Place]:  # noqa: ANN401 — passed on
            nonlocal asked
            asked += 1
            return await super()._add_if_room(*args)

    subject = LoginThrottle(database, bounds(1, 0, 0))
    subject._places = Counting(database, "login_failures", "Too many")

    async def log_in() -> None:
        async with subject.attempt(EMAIL, HERE):
            await database.command("ping")  # undecided for some turns of the event loop

    await asyncio.gather(*(log_in() for _ in range(20)))
    assert asked == 20
    assert not subject._places._turns


@pytest.mark.parametrize("replicas", [1, 2])
async def test_a_login_waits_for_undecided_ones_for_a_limited_time(
    database: Database, monkeypatch: pytest.MonkeyPatch, replicas: int
) -> None:
    subjects = [LoginThrottle(database, bounds(1, 0, 0)) for _ in range(replicas)]
    async with subjects[0].attempt(EMAIL, HERE):
        monkeypatch.setattr(places, "PATIENCE", 0.2)
        with pytest.raises(Unavailable) as refused:
            async with subjects[-1].attempt(EMAIL, HERE):
                pass
    assert refused.value.headers["retry-after"] == "2"


async def test_the_wait_ends_even_when_the_driver_swallows_the_cancellation(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Swallowing(Places):
        async def _add_if_room(self, *args: Any) -> Sequence[Place]:  # noqa: ANN401 — passed on
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(0.5)
            return await super()._add_if_room(*args)

    async with LoginThrottle(database, bounds(1, 0, 0)).attempt(EMAIL, HERE):
        monkeypatch.setattr(places, "PATIENCE", 0.2)
        other = LoginThrottle(database, bounds(1, 0, 0))
        other._places = Swallowing(database, "login_failures", "Too many")
        with pytest.raises(Unavailable):
            async with other.attempt(EMAIL, HERE):
                pass


async def test_forgiveness_does_not_free_the_place_of_a_login_still_undecided(
    database: Database,
) -> None:
    one, replica = (LoginThrottle(database, bounds(2, 0, 0)) for _ in range(2))
    async with one.attempt(EMAIL, HERE):
        async with one.attempt(EMAIL, HERE):
            pass
        async with replica.attempt(EMAIL, HERE):
            assert await places_taken(database) == 2
    assert await places_taken(database) == 0


async def places_taken(database: Database) -> int:
    counter = await counters_of_logins(database).find_one({})
    return len(counter["places"]) if counter else 0
