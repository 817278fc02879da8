"""The breaker against a plain model of its rules."""

import asyncio

import pytest
from chassis.breaker import CircuitBreaker, CircuitOpen
from chassis_helpers.breaker import Clock
from devstack.testing import examples
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

pytestmark = pytest.mark.usefixtures("quiet")


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
    max_examples=examples(30, 5000), stateful_step_count=50, deadline=None
)
TestBreakerFollowsTheModel = BreakerFollowsTheModel.TestCase
