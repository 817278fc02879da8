"""What a circuit breaker counts."""

from typing import Final

SLOTS: Final = 10


class RollingCounts:
    """How many calls ended within the last `window` seconds, and how many of them failed.

    They are counted in slots of a tenth of the window. A slot is forgotten as a whole, so the
    counts reach back for nine to ten tenths of the window.
    """

    def __init__(self, window: float) -> None:
        self._width = window / SLOTS
        self._calls: dict[int, int] = {}
        self._failures: dict[int, int] = {}

    @property
    def calls(self) -> int:
        return sum(self._calls.values())

    @property
    def failures(self) -> int:
        return sum(self._failures.values())

    def clear(self) -> None:
        self._calls.clear()
        self._failures.clear()

    def add(self, now: float, *, failed: bool) -> None:
        """Count a call that has just ended; `now` in seconds of any clock that never goes back."""
        slot = int(now // self._width)
        for old in [known for known in self._calls if known <= slot - SLOTS]:
            del self._calls[old], self._failures[old]
        self._calls[slot] = self._calls.get(slot, 0) + 1
        self._failures[slot] = self._failures.get(slot, 0) + failed
