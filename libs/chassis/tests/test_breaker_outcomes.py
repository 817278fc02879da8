"""What the breaker takes for a success, for a failure and for neither."""

import asyncio

import pytest
from chassis.breaker import CircuitBreaker, CircuitOpen
from chassis_helpers.breaker import Clock, answer, cancelled, fail, failures, hang, started

pytestmark = pytest.mark.usefixtures("quiet")


async def test_cancelled_calls_count_neither_way(breaker: CircuitBreaker) -> None:
    for _ in range(10):
        await cancelled(await started(breaker, hang))
    assert breaker.state == "closed"
    await failures(breaker, 2)
    assert breaker.state == "closed", "ten cancelled calls are no minimum reached"
    await failures(breaker, 1)
    assert breaker.state == "open", "ten cancelled calls are no successes"


async def test_a_cancellation_that_a_client_turns_into_an_error_counts_neither_way(
    breaker: CircuitBreaker,
) -> None:
    async def disguise() -> str:
        try:
            return await hang()
        except asyncio.CancelledError:
            raise ConnectionError from None

    for _ in range(5):
        task = await started(breaker, disguise)
        task.cancel()
        with pytest.raises(ConnectionError):
            await task
    assert breaker.state == "closed"


async def test_a_call_that_lasts_too_long_is_a_failure(clock: Clock) -> None:
    breaker = CircuitBreaker("redis", call_timeout=0.01, is_failure=lambda _: False, clock=clock)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            await breaker.call(hang)
    assert breaker.state == "open"


async def test_the_callers_own_shorter_timeout_counts_neither_way(breaker: CircuitBreaker) -> None:
    for _ in range(5):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await breaker.call(hang)
    assert breaker.state == "closed"


async def test_an_error_that_is_an_answer_counts_as_success(clock: Clock) -> None:
    breaker = CircuitBreaker(
        "redis", is_failure=lambda error: isinstance(error, ConnectionError), clock=clock
    )

    async def refuse() -> str:
        raise KeyError

    for _ in range(5):
        with pytest.raises(KeyError):
            await breaker.call(refuse)
    await failures(breaker, 5)
    assert breaker.state == "closed"
    await failures(breaker, 1)
    clock.now += 20
    with pytest.raises(KeyError):
        await breaker.call(refuse)
    assert breaker.state == "closed"


async def test_an_exception_in_is_failure_does_not_lose_the_probe(clock: Clock) -> None:
    def broken_judge(_: Exception) -> bool:
        raise ZeroDivisionError

    breaker = CircuitBreaker("redis", call_timeout=0.01, is_failure=broken_judge, clock=clock)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            await breaker.call(hang)
    clock.now += 20
    with pytest.raises(ZeroDivisionError):
        await breaker.call(fail)
    assert await breaker.call(answer) == "answer"


async def test_results_of_calls_begun_before_the_trip_say_nothing_about_the_state_after_it(
    breaker: CircuitBreaker, clock: Clock
) -> None:
    gates = [asyncio.get_running_loop().create_future() for _ in range(7)]
    late = [await started(breaker, lambda gate=gate: gate) for gate in gates]  # type: ignore[misc]  # mypy cannot infer a lambda's default
    await failures(breaker, 3)
    gates[0].set_result("late")
    gates[1].set_exception(ConnectionError())
    await asyncio.wait(late[:2])
    assert breaker.state == "open"
    clock.now += 20
    probe = await started(breaker, hang)
    gates[2].set_result("late")
    gates[3].set_exception(ConnectionError())
    await asyncio.wait(late[2:4])
    assert breaker.state == "half-open"
    with pytest.raises(CircuitOpen):
        await breaker.call(answer)
    await cancelled(probe)
    await breaker.call(answer)
    for gate in gates[4:]:
        gate.set_exception(ConnectionError())
    await asyncio.wait(late)
    assert breaker.state == "closed"
    assert sum(task.exception() is None for task in late) == 2
