"""A clock that the test moves."""


class Clock:
    """`now` in seconds."""

    now = 0.0

    def __call__(self) -> float:
        return self.now
