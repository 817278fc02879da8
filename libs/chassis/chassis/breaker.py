"""A circuit breaker for calls awaited on one event loop.

`pybreaker` keeps the state (closed, open, half-open) and tells its listeners of each change.
`CircuitBreaker.call` decides when to change the state, since pybreaker 1.4.1 cannot guard an
awaited call: see docs/decisions/0009.

One breaker belongs to one event loop; it is not thread-safe and needs no lock, since nothing is
awaited between reading and changing its counts.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

import pybreaker
import structlog
from prometheus_client import Counter, Enum

from chassis.rolling_counts import RollingCounts

P = ParamSpec("P")
T = TypeVar("T")

_STATE = Enum(
    "circuit_breaker_state",
    "1 for the state that the breaker is in.",
    ["breaker"],
    states=[pybreaker.STATE_CLOSED, pybreaker.STATE_OPEN, pybreaker.STATE_HALF_OPEN],
)
_CALLS = Counter(
    "circuit_breaker_calls_total",
    "Calls that were guarded, by what became of them; refused: not tried at all.",
    ["breaker", "result"],
)

log = structlog.get_logger()


class CircuitOpen(Exception):
    """The call was refused without being tried.

    `retry_after` is the number of seconds until a call may be let through again.
    """

    def __init__(self, name: str, retry_after: float) -> None:
        super().__init__(f"{name} is not being called for another {retry_after:.1f} s")
        self.name = name
        self.retry_after = retry_after


class _ReportChanges(pybreaker.CircuitBreakerListener):
    def state_change(
        self,
        cb: pybreaker.CircuitBreaker,
        old_state: pybreaker.CircuitBreakerState | None,
        new_state: pybreaker.CircuitBreakerState,
    ) -> None:
        emit = log.warning if new_state.name == pybreaker.STATE_OPEN else log.info
        before = old_state.name if old_state else None
        _STATE.labels(cb.name).state(new_state.name)
        emit("circuit breaker changed", breaker=cb.name, state=new_state.name, before=before)


class CircuitBreaker:
    """Stops calling what fails, and asks again with a single call after a while.

    It opens when more than `failure_ratio` of at least `minimum_calls` calls that ended within the
    last `window` seconds failed; refuses for `reset_timeout` seconds; then lets one caller through
    as a probe, whose success closes it and whose failure opens it again. All times in seconds.

    A call fails by lasting longer than `call_timeout` (None: no limit) or by an exception for
    which `is_failure` is true. Any other exception is an answer, as good as a success. A cancelled
    call counts as neither, and a cancelled probe leaves its turn to the next caller.
    """

    def __init__(  # noqa: PLR0913  every bound has a default and is named by its caller
        self,
        name: str,
        *,
        window: float = 10.0,
        minimum_calls: int = 3,
        failure_ratio: float = 0.5,
        call_timeout: float | None = 1.0,
        reset_timeout: float = 20.0,
        is_failure: Callable[[Exception], bool] = lambda _: True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._minimum_calls = minimum_calls
        self._failure_ratio = failure_ratio
        self._call_timeout = call_timeout
        self._reset_timeout = reset_timeout
        self._is_failure = is_failure
        self._clock = clock
        self._machine = pybreaker.CircuitBreaker(name=name, listeners=[_ReportChanges()])
        self._counts = RollingCounts(window)
        self._opened_at = 0.0
        self._probing = False
        # Each change of state begins a new era. A call reports to the era it began in, so the
        # late result of a call begun before the trip says nothing about the state after it.
        self._era = 0
        _STATE.labels(name).state(self.state)
        self._refused = _CALLS.labels(name, "refused")
        self._outcomes = {
            True: _CALLS.labels(name, "failed"),
            False: _CALLS.labels(name, "succeeded"),
            None: _CALLS.labels(name, "cancelled"),
        }

    @property
    def state(self) -> str:
        """`closed`, `open` or `half-open`; an open breaker turns half-open when it is next called."""
        return self._machine.current_state

    async def call(self, func: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Await `func` under the guard.

        Raises CircuitOpen when refused, TimeoutError after `call_timeout`, else what `func` raises.
        A caller with a shorter time-out of its own cancels the call, which then counts as neither.
        """
        era = self._admit()
        failed: bool | None = None  # neither failed nor succeeded: it was cancelled
        guard = asyncio.timeout(self._call_timeout)
        try:
            async with guard:
                result = await func(*args, **kwargs)
            failed = False
        except Exception as error:
            if not _cancel_requested():  # some clients turn a cancellation into an error of theirs
                failed = guard.expired() or self._is_failure(error)
            raise
        finally:
            self._outcomes[failed].inc()
            self._settle(era, failed)
        return result

    def _admit(self) -> int:
        if self.state == pybreaker.STATE_OPEN:
            remaining = self._opened_at + self._reset_timeout - self._clock()
            if remaining > 0:
                self._refused.inc()
                raise CircuitOpen(self.name, remaining)
            self._change(self._machine.half_open)
        if self.state == pybreaker.STATE_HALF_OPEN:
            if self._probing:
                self._refused.inc()
                raise CircuitOpen(self.name, self._call_timeout or self._reset_timeout)
            self._probing = True
        return self._era

    def _settle(self, era: int, failed: bool | None) -> None:
        if era != self._era:
            return
        self._probing = False
        if failed is None:
            return
        if self.state == pybreaker.STATE_CLOSED:
            self._counts.add(self._clock(), failed=failed)
            if failed and self._too_many_failed():
                self._trip()
        elif failed:
            self._trip()
        else:
            self._counts.clear()
            self._change(self._machine.close)

    def _too_many_failed(self) -> bool:
        calls = self._counts.calls
        return calls >= self._minimum_calls and self._counts.failures > self._failure_ratio * calls

    def _trip(self) -> None:
        self._opened_at = self._clock()
        self._change(self._machine.open)

    def _change(self, transition: Callable[[], object]) -> None:
        self._era += 1
        transition()


def _cancel_requested() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
