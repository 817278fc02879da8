"""A circuit breaker for calls awaited on one event loop.

`pybreaker` keeps the state machine (closed, open, half-open) and tells listeners of each change.
It cannot guard the call itself, because of what its source does with a coroutine:

- `call` and the decorator see `async def` return a coroutine object, count that as a success and
  never trip; `call_async` is Tornado's. `calling()` around an `await` does count, but
- half-open lets every caller through, where a service that just came back should get one;
- a cancelled call (the client went away) counts as a failure, as any `BaseException` does;
- it counts consecutive failures, so one success in a hundred keeps it closed for ever;
- it measures the open time with the wall clock, which jumps, and has no time-out of a call.

So `CircuitBreaker.call` decides when to change the state and pybreaker changes it.

One breaker belongs to one event loop; it is not thread-safe and needs no lock, since nothing is
awaited between reading and changing its counts.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import ParamSpec, TypeVar

import pybreaker
import structlog

from chassis.rolling_counts import RollingCounts

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger()


class CircuitOpen(Exception):
    """The call was refused without being tried.

    `retry_after` is the number of seconds until a call may be let through again.
    """

    def __init__(self, name: str, retry_after: float) -> None:
        super().__init__(f"{name} is not being called for another {retry_after:.1f} s")
        self.name = name
        self.retry_after = retry_after


class _Outcome(Enum):
    SUCCESS = "success"
    FAILURE = "failure"
    NEUTRAL = "neutral"


class _LogChanges(pybreaker.CircuitBreakerListener):
    def state_change(
        self,
        cb: pybreaker.CircuitBreaker,
        old_state: pybreaker.CircuitBreakerState | None,
        new_state: pybreaker.CircuitBreakerState,
    ) -> None:
        emit = log.warning if new_state.name == pybreaker.STATE_OPEN else log.info
        before = old_state.name if old_state else None
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
        self._machine = pybreaker.CircuitBreaker(name=name, listeners=[_LogChanges()])
        self._counts = RollingCounts(window, clock())
        self._opened_at = 0.0
        self._probing = False
        # Each change of state begins a new era. A call reports to the era it began in, so the
        # late result of a call begun before the trip says nothing about the state after it.
        self._era = 0

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
        outcome = _Outcome.NEUTRAL
        guard = asyncio.timeout(self._call_timeout)
        try:
            async with guard:
                result = await func(*args, **kwargs)
            outcome = _Outcome.SUCCESS
        except Exception as error:
            if not _cancel_requested():  # some clients turn a cancellation into an error of theirs
                failed = guard.expired() or self._is_failure(error)
                outcome = _Outcome.FAILURE if failed else _Outcome.SUCCESS
            raise
        finally:
            self._settle(era, outcome)
        return result

    def _admit(self) -> int:
        state = self.state
        if state == pybreaker.STATE_CLOSED:
            return self._era
        if state == pybreaker.STATE_OPEN:
            remaining = self._opened_at + self._reset_timeout - self._clock()
            if remaining > 0:
                raise CircuitOpen(self.name, remaining)
            self._change(self._machine.half_open)
        elif self._probing:
            raise CircuitOpen(self.name, self._call_timeout or self._reset_timeout)
        self._probing = True
        return self._era

    def _settle(self, era: int, outcome: _Outcome) -> None:
        if era != self._era:
            return
        if self._probing:
            self._probing = False
            if outcome is _Outcome.SUCCESS:
                self._counts.clear(self._clock())
                self._change(self._machine.close)
            elif outcome is _Outcome.FAILURE:
                self._trip()
        elif outcome is not _Outcome.NEUTRAL:
            self._count(failed=outcome is _Outcome.FAILURE)

    def _count(self, *, failed: bool) -> None:
        counts = self._counts
        counts.add(self._clock(), failed=failed)
        enough = counts.calls >= self._minimum_calls
        if failed and enough and counts.failures > self._failure_ratio * counts.calls:
            self._trip()

    def _trip(self) -> None:
        self._opened_at = self._clock()
        self._change(self._machine.open)

    def _change(self, transition: Callable[[], object]) -> None:
        self._era += 1
        transition()


def _cancel_requested() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
