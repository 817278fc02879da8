"""The breaker alone, with a clock of the test's own; and against a plain model of its rules."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest
import structlog
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chassis.breaker import CircuitBreaker, CircuitOpen


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> CircuitBreaker:
    return CircuitBreaker("redis", clock=clock)


async def answer() -> str:
    return "answer"


async def fail() -> str:
    raise ConnectionError


async def hang() -> str:
    await asyncio.Event().wait()
    return "never"


async def failures(breaker: CircuitBreaker, count: int) -> None:
    for _ in range(count):
        with pytest.raises(ConnectionError):
            await breaker.call(fail)


async def started(breaker: CircuitBreaker, func: Callable[[], Awaitable[str]]) -> asyncio.Task[str]:
    async def begin() -> str:
        return await breaker.call(func)

    task = asyncio.create_task(begin())
    await asyncio.sleep(0)
    return task


async def cancelled(task: asyncio.Task[str]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def half_open(breaker: CircuitBreaker, clock: Clock) -> None:
    await failures(breaker, 3)
    clock.now += 20


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


async def test_an_open_breaker_calls_nothing_and_says_when_to_come_back(
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


async def test_of_fifty_callers_at_once_one_is_the_probe(
    breaker: CircuitBreaker, clock: Clock
) -> None:
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


async def test_cancelled_calls_count_neither_way(breaker: CircuitBreaker) -> None:
    for _ in range(10):
        await cancelled(await started(breaker, hang))
    assert breaker.state == "closed"
    await failures(breaker, 2)
    assert breaker.state == "closed", "ten cancelled calls are no minimum reached"
    await failures(breaker, 1)
    assert breaker.state == "open", "ten cancelled calls are no successes"


async def test_a_client_that_turns_cancellation_into_an_error_is_seen_through(
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


async def test_a_judge_that_breaks_does_not_lose_the_probe(clock: Clock) -> None:
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


class Model:
    """The rules, said plainly: every call that ended is remembered, and counted anew each time."""

    def __init__(self, now: float) -> None:
        self.state = "closed"
        self.ended: list[tuple[int, bool]] = []
        self.opened_at = now
        self.probe: object | None = None
        self.counted: set[object] = set()

    def begin(self, call: object, now: float) -> bool:
        if self.state == "open" and now >= self.opened_at + 20:
            self.state, self.probe = "half-open", None
        if self.state == "closed":
            self.counted.add(call)
            return True
        if self.state == "half-open" and self.probe is None:
            self.probe = call
            return True
        return False

    def end(self, call: object, outcome: str, now: float) -> None:
        if call is self.probe:
            self.probe = None
            if outcome == "success":
                self.state, self.ended, self.counted = "closed", [], set()
            elif outcome == "failure":
                self.state, self.opened_at = "open", now
        elif call in self.counted and outcome != "cancel":
            second = int(now)
            self.ended.append((second, outcome == "failure"))
            recent = [failed for when, failed in self.ended if when > second - 10]
            if outcome == "failure" and len(recent) >= 3 and sum(recent) * 2 > len(recent):
                self.state, self.opened_at, self.counted = "open", now, set()


class BreakerFollowsTheModel(RuleBasedStateMachine):
    @initialize()
    def start(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.clock = Clock()
        self.model = Model(self.clock.now)
        self.breaker = CircuitBreaker("redis", call_timeout=None, clock=self.clock)
        self.calls: list[tuple[asyncio.Future[str], asyncio.Task[str]]] = []

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            for _, task in self.calls:
                task.cancel()
            self.turn()
            self.loop.close()

    def turn(self) -> None:
        self.loop.run_until_complete(_turns())

    @rule(count=st.integers(1, 4))
    def begin(self, count: int) -> None:
        for _ in range(count):
            gate = self.loop.create_future()
            task = self.loop.create_task(self.breaker.call(lambda gate=gate: gate))  # type: ignore[misc]  # mypy cannot infer a lambda's default
            self.turn()
            if self.model.begin(task, self.clock.now):
                assert not task.done()
                self.calls.append((gate, task))
            else:
                assert isinstance(task.exception(), CircuitOpen)

    @precondition(lambda self: bool(self.calls))
    @rule(data=st.data(), outcome=st.sampled_from(["success", "failure", "failure", "cancel"]))
    def end(self, data: st.DataObject, outcome: str) -> None:
        gate, task = self.calls.pop(data.draw(st.integers(0, len(self.calls) - 1)))
        if outcome == "success":
            gate.set_result("answer")
        elif outcome == "failure":
            gate.set_exception(ConnectionError())
        else:
            task.cancel()
        self.turn()
        assert task.cancelled() if outcome == "cancel" else task.done()
        assert outcome == "cancel" or (task.exception() is None) == (outcome == "success")
        self.model.end(task, outcome, self.clock.now)

    @rule(seconds=st.sampled_from([0.25, 1.0, 3.5, 9.75, 10.0, 20.0, 500.0]))
    def wait(self, seconds: float) -> None:
        self.clock.now += seconds

    @invariant()
    def same_state(self) -> None:
        if hasattr(self, "breaker"):
            assert self.breaker.state == self.model.state


async def _turns() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


BreakerFollowsTheModel.TestCase.settings = settings(
    max_examples=100, stateful_step_count=50, deadline=None
)
TestBreakerFollowsTheModel = BreakerFollowsTheModel.TestCase


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with structlog.testing.capture_logs():
        yield
