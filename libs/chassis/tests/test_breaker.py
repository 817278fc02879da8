"""When the breaker opens and closes, by a clock of the test's own."""

import asyncio

import pytest
import structlog
from chassis.breaker import CircuitBreaker, CircuitOpen
from chassis_helpers.breaker import Clock, answer, cancelled, failures, half_open, hang, started

pytestmark = pytest.mark.usefixtures("quiet")


async def test_arguments_and_answers_pass_through(breaker: CircuitBreaker) -> None:
    async def add(a: int, *, b: int) -> int:
        return a + b

    assert await breaker.call(add, 2, b=3) == 5


async def test_three_failures_open_it_and_two_do_not(breaker: CircuitBreaker) -> None:
    await failures(breaker, 2)
    assert breaker.state == "closed"
    await failures(breaker, 1)
    assert breaker.state == "open"


async def test_half_of_the_calls_failing_is_not_enough(breaker: CircuitBreaker) -> None:
    for _ in range(10):
        await breaker.call(answer)
    await failures(breaker, 10)
    assert breaker.state == "closed"
    await failures(breaker, 1)
    assert breaker.state == "open"


async def test_a_success_now_and_then_does_not_keep_it_closed(breaker: CircuitBreaker) -> None:
    await failures(breaker, 2)
    await breaker.call(answer)
    assert breaker.state == "closed"
    await failures(breaker, 1)
    assert breaker.state == "open"


async def test_failures_older_than_the_window_are_forgotten(
    breaker: CircuitBreaker, clock: Clock
) -> None:
    await failures(breaker, 2)
    clock.now += 10
    await failures(breaker, 2)
    assert breaker.state == "closed"


async def test_an_open_breaker_calls_nothing_and_says_when_to_try_again(
    breaker: CircuitBreaker, clock: Clock
) -> None:
    await failures(breaker, 3)
    clock.now += 5
    with pytest.raises(CircuitOpen) as refused:
        await breaker.call(hang)
    assert refused.value.retry_after == 15
    assert refused.value.name == "redis"


async def test_the_first_call_after_the_reset_closes_it_by_succeeding(
    breaker: CircuitBreaker, clock: Clock
) -> None:
    await half_open(breaker, clock)
    assert await breaker.call(answer) == "answer"
    assert breaker.state == "closed"


async def test_closing_forgets_the_failures_from_before_the_trip(clock: Clock) -> None:
    breaker = CircuitBreaker("redis", reset_timeout=2, clock=clock)
    await failures(breaker, 3)
    clock.now += 2
    await breaker.call(answer)
    await failures(breaker, 2)
    assert breaker.state == "closed"


async def test_the_first_call_after_the_reset_opens_it_again_by_failing(
    breaker: CircuitBreaker, clock: Clock
) -> None:
    await half_open(breaker, clock)
    await failures(breaker, 1)
    assert breaker.state == "open"
    with pytest.raises(CircuitOpen) as refused:
        await breaker.call(answer)
    assert refused.value.retry_after == 20


async def test_of_fifty_callers_at_once_one_is_the_probe(clock: Clock) -> None:
    breaker = CircuitBreaker("redis", call_timeout=1, clock=clock)
    calls = 0

    async def slow_answer() -> str:
        nonlocal calls
        calls += 1
        await asyncio.sleep(0)
        return "answer"

    await half_open(breaker, clock)
    results = await asyncio.gather(
        *(breaker.call(slow_answer) for _ in range(50)), return_exceptions=True
    )
    assert calls == 1
    assert results.count("answer") == 1
    refused = [result for result in results if isinstance(result, CircuitOpen)]
    assert len(refused) == 49
    assert all(0 < error.retry_after <= 1 for error in refused)
    assert breaker.state == "closed"


async def test_a_cancelled_probe_leaves_its_turn_to_the_next_caller(
    breaker: CircuitBreaker, clock: Clock
) -> None:
    await half_open(breaker, clock)
    probe = await started(breaker, hang)
    assert breaker.state == "half-open"
    with pytest.raises(CircuitOpen):
        await breaker.call(answer)
    await cancelled(probe)
    assert breaker.state == "half-open"
    assert await breaker.call(answer) == "answer"
    assert breaker.state == "closed"


async def test_each_change_is_logged_once(breaker: CircuitBreaker, clock: Clock) -> None:
    with structlog.testing.capture_logs() as logs:
        await half_open(breaker, clock)
        await cancelled(await started(breaker, hang))
        await breaker.call(answer)
        await breaker.call(answer)
    assert [(line["state"], line["log_level"]) for line in logs] == [
        ("open", "warning"),
        ("half-open", "info"),
        ("closed", "info"),
    ]
    assert {line["breaker"] for line in logs} == {"redis"}
