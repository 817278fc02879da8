"""What a circuit breaker counts."""

from typing import Final


class RollingCounts:
    """Calls and failures of the last `window` seconds, in a ring of slots of equal width.

    A fixed amount of memory whatever the traffic; a slot is forgotten as a whole, so the window
    reaches back between nine and ten tenths of `window`.
    """

    SLOTS: Final = 10

    def __init__(self, window: float, now: float) -> None:
        self._width = window / self.SLOTS
        self.clear(now)

    def clear(self, now: float) -> None:
        """Forget all; `now` in seconds of any clock that never goes back."""
        self._slot = int(now // self._width)
        self._calls = [0] * self.SLOTS
        self._failures = [0] * self.SLOTS
        self.calls = 0
        self.failures = 0

    def add(self, now: float, *, failed: bool) -> None:
        """Count a call that has just ended."""
        slot = int(now // self._width)
        if slot > self._slot:
            self._forget(slot)
        index = self._slot % self.SLOTS
        self._calls[index] += 1
        self.calls += 1
        if failed:
            self._failures[index] += 1
            self.failures += 1

    def _forget(self, slot: int) -> None:
        for passed in range(max(self._slot + 1, slot - self.SLOTS + 1), slot + 1):
            index = passed % self.SLOTS
            self.calls -= self._calls[index]
            self.failures -= self._failures[index]
            self._calls[index] = self._failures[index] = 0
        self._slot = slot
