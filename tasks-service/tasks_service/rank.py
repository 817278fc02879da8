"""Ranks: where a person put a task. One order for all of a user's tasks, the smallest on top.

A rank is a fractional key: digits of base 62 after the point, compared as text, without a zero at
the end. A task that was never moved has the rank of its creation, so that the newest is on top.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from bson import ObjectId

DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BASE: Final = len(DIGITS)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_TIME_DIGITS: Final = 8
_LAST_TIME: Final = BASE**_TIME_DIGITS - 1  # milliseconds: in the year 8889
_ID_BYTES: Final = 8  # of an ObjectId, behind its seconds
_ID_DIGITS: Final = 11
_LAST_ID: Final = 2 ** (8 * _ID_BYTES) - 1


def first_rank(created_at: datetime, task_id: ObjectId) -> str:
    """The rank of a task that was never moved: newest on top, and `_id` decides within a millisecond."""
    millis = (created_at - _EPOCH) // _MILLISECOND
    before = _LAST_TIME - min(max(millis, 0), _LAST_TIME)
    behind = _LAST_ID - int.from_bytes(task_id.binary[-_ID_BYTES:], "big")
    digits = _text(before, _TIME_DIGITS) + _text(behind, _ID_DIGITS)
    return digits.rstrip(DIGITS[0])


def _text(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, BASE)
        digits.append(DIGITS[digit])
    return "".join(reversed(digits))
