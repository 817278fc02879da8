"""How logins end, counted for Prometheus."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from chassis.errors import TooManyRequests, Unauthorized
from chassis.metrics import counter

_LOGINS: Final = counter(
    "logins_total",
    "Logins by result; failed: no verdict, as MongoDB was away or too many passwords waited.",
    "result",
    ("succeeded", "wrong", "throttled", "failed"),
)


@contextmanager
def counting_login() -> Iterator[None]:
    """Count one login by what its body raises."""
    result = "failed"
    try:
        yield
        result = "succeeded"
    except Unauthorized:
        result = "wrong"
        raise
    except TooManyRequests:
        result = "throttled"
        raise
    finally:
        _LOGINS.labels(result).inc()
