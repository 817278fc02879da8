"""Back-off, retries and tasks that come back."""

import asyncio

import pytest
from chassis import background
from chassis.background import Backoff, keep_running, retry_until_done, running
from hypothesis import given
from hypothesis import strategies as st

delays = st.floats(min_value=0.001, max_value=1000)


@given(first=delays, factor=st.floats(1, 1000), count=st.integers(1, 30))
def test_delays_grow_to_the_longest_and_stay_within_it(
    first: float, factor: float, count: int
) -> None:
    longest = first * factor
    backoff = Backoff(first, longest)
    for attempt in range(count):
        ceiling = min(first * 2**attempt, longest)
        assert ceiling / 2 <= backoff.next_delay() <= ceiling


@given(first=delays, count=st.integers(1, 20))
def test_a_reset_begins_anew(first: float, count: int) -> None:
    backoff = Backoff(first, first * 1000)
    for _ in range(count):
        backoff.next_delay()
    backoff.reset()
    assert backoff.next_delay() <= first


def test_two_replicas_do_not_retry_at_the_same_time() -> None:
    assert len({Backoff(1.0).next_delay() for _ in range(20)}) > 1


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_delay(_: Backoff) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(background.Backoff, "wait", no_delay)


async def test_an_action_is_tried_until_it_succeeds_and_not_again() -> None:
    attempts = 0

    async def action() -> None:
        nonlocal attempts
        attempts += 1
        if attempts < 4:
            raise ConnectionError

    await retry_until_done("an action", action)
    assert attempts == 4


async def test_a_loop_that_fails_or_returns_is_started_again() -> None:
    starts = 0
    enough = asyncio.Event()

    async def loop() -> None:
        nonlocal starts
        starts += 1
        if starts == 4:
            enough.set()
        if starts % 2:
            raise ConnectionError

    async with running(keep_running("a loop", loop)), asyncio.timeout(10):
        await enough.wait()


async def test_work_is_cancelled_and_waited_for_when_the_body_ends() -> None:
    ended = False

    async def work() -> None:
        nonlocal ended
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended = True

    async with running(work()) as task:
        await asyncio.sleep(0)
        assert not task.done()
    assert ended


async def test_work_is_cancelled_when_the_body_fails() -> None:
    with pytest.raises(KeyError):
        async with running(asyncio.sleep(1000)) as task:
            raise KeyError
    assert task.cancelled()


async def test_work_that_swallows_a_cancellation_is_cancelled_again() -> None:
    swallowed = 0

    async def work() -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                swallowed += 1
                if swallowed > 1:
                    raise

    async with asyncio.timeout(30):
        async with running(work()):
            await asyncio.sleep(0)
    assert swallowed == 2
