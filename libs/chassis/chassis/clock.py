"""The time, as precise as MongoDB stores it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the time now, in UTC."""


def utc_now() -> datetime:
    """Now in UTC, cut to the milliseconds that a BSON date can hold."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
