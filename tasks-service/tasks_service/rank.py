"""Ranks: where a person put a task. One order for all of a user's tasks, the smallest on top.

A rank is a fractional key: digits of base 62 after the point, compared as text, without a zero at
the end. A task that was never moved has the rank of its creation, so that the newest is on top.
A move gives one task a rank between those of its neighbours, and leaves these as they are.
"""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Final

from bson import ObjectId

DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BASE: Final = len(DIGITS)
MAX_LENGTH: Final = 200

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_TIME_DIGITS: Final = 8
_LAST_TIME: Final = BASE**_TIME_DIGITS - 1  # milliseconds: in the year 8889
_ID_BYTES: Final = 8  # of an ObjectId, behind its seconds
_ID_DIGITS: Final = 11
_LAST_ID: Final = 2 ** (8 * _ID_BYTES) - 1

_MOVED_LENGTH: Final = _TIME_DIGITS + _ID_DIGITS + 3
_ROOMY_LENGTH: Final = 32
_ROOM: Final = 1000


class NoRoom(Exception):
    """Between two ranks there is none of at most `MAX_LENGTH` digits."""


def first_rank(created_at: datetime, task_id: ObjectId) -> str:
    """The rank of a task that was never moved: newest on top, and `_id` decides within a millisecond."""
    millis = (created_at - _EPOCH) // _MILLISECOND
    before = _LAST_TIME - min(max(millis, 0), _LAST_TIME)
    behind = _LAST_ID - int.from_bytes(task_id.binary[-_ID_BYTES:], "big")
    return _text(before * BASE**_ID_DIGITS + behind, _TIME_DIGITS + _ID_DIGITS)


def rank_between(above: str, below: str | None) -> str:
    """A rank below `above` and above `below`: "" is the top of the list, None its bottom.

    The longer of the two is that of the task that was moved last. Up to `_ROOMY_LENGTH` digits the
    new rank stands directly beside it, where `_ROOM` more fit: moves that all end behind one task,
    or all before one, do not run out of room. Beyond that the room is halved, so that NoRoom comes
    only after more than 800 moves, each of them between the two tasks that were moved last.
    """
    pairs = zip(above, below or "", strict=False)
    in_common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    for length in range(max(_MOVED_LENGTH, in_common), MAX_LENGTH + 1):
        low = _number(above, length)
        high = BASE**length if below is None else _number(below, length)
        is_roomy = length <= _ROOMY_LENGTH
        if high - low <= (_ROOM if is_roomy else 1):
            continue
        if is_roomy and len(above) != len(below or ""):
            number = low + 1 if len(above) > len(below or "") else high - 1
        else:
            number = (low + high) // 2
        rank = _text(number, length)
        # Not so if another release left ranks of other characters.
        if above < rank and (below is None or rank < below):
            return rank
    raise NoRoom


def _text(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, BASE)
        digits.append(DIGITS[digit])
    return "".join(reversed(digits)).rstrip(DIGITS[0])


def _number(rank: str, length: int) -> int:
    """The first digits of the rank; another character counts as the digit before it."""
    number = 0
    for character in rank[:length].ljust(length, DIGITS[0]):
        number = number * BASE + max(bisect_right(DIGITS, character) - 1, 0)
    return number
