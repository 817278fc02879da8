"""A due date as a text, and the regular expressions that find what is overdue, today or upcoming.

A day is `2026-12-01`. A time is its own date, `T`, and the seconds of its instant in 12 digits, such
as `2026-12-01T063900000000`. So texts sort by day, and in a day first the whole day, then by
instant. All days have one width, and all instants: so a pattern of digits compares them.

Why patterns, where a range would do: the text is a part of `tags`, which an index reads in a
fraction of the time of as many fields.
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from tasks_service.due import instant_of

When = Literal["overdue", "today", "upcoming"]

NOT_DUE: Final = ""

_SECONDS_DIGITS: Final = 12  # the year 9999 ends after 3.2 * 10**11 seconds
_DAY_WIDTH: Final = len("2026-12-01")
_FIRST_INSTANT: Final = datetime.min.replace(tzinfo=UTC)
_ONE_DAY: Final = timedelta(days=1)


def due_key(due: object) -> str:
    """The text of a stored `due`; of one that this release cannot read, `NOT_DUE`."""
    if not isinstance(due, dict):
        return NOT_DUE
    try:
        return _key(due)
    except (KeyError, TypeError, ValueError):
        return NOT_DUE


def _key(due: Mapping[str, Any]) -> str:
    if "date" in due:
        return date.fromisoformat(due["date"]).isoformat()
    local = datetime.fromisoformat(due["at"])
    instant = instant_of({"at": due["at"], "tz": due["tz"]})
    return f"{local.date()}T{_digits(instant)}"


def day_of(key: str) -> str:
    """The day in the text, or "" if there is none."""
    return key[:_DAY_WIDTH]


class Now(NamedTuple):
    """This moment and the next midnight in the asker's zone, as in the texts; and the day there."""

    now: str
    tomorrow: str
    today: str

    @classmethod
    def of(cls, moment: datetime, zone: ZoneInfo) -> "Now":
        today = moment.astimezone(zone).date()
        # A midnight that is skipped is the moment at which it is skipped (PEP 495).
        midnight = datetime.combine(today + _ONE_DAY, time(), zone).astimezone(UTC)
        return cls(_digits(moment), _digits(midnight), today.isoformat())

    def pattern(self, when: When) -> str:
        """Matches the texts of what is due then, to their ends."""
        if when == "overdue":
            day, instant = _below(self.today), _below(self.now)
        elif when == "today":
            day = re.escape(self.today)
            instant = f"(?={_from(self.now)}){_below(self.tomorrow)}"
        else:
            day, instant = f"(?!{re.escape(self.today)}){_from(self.today)}", _from(self.tomorrow)
        return rf"(?:{day}|[^\x00]{{{_DAY_WIDTH}}}T{instant})\x00"

    def when(self, key: str) -> When | Literal["none"]:
        """When something with this text is due."""
        day, _, instant = key.partition("T")
        if not day:
            return "none"
        if instant:
            is_past, is_today = instant < self.now, instant < self.tomorrow
        else:
            is_past, is_today = day < self.today, day == self.today
        return "overdue" if is_past else "today" if is_today else "upcoming"


def days_pattern(first: str, last: str) -> str:
    """Matches the beginning of what is due on these days or between, such as 2026-12-01."""
    return f"(?={_from(first)})(?:{_below(last)}|{re.escape(last)})"


def _below(text: str) -> str:
    """Matches texts of the same width whose digits are those of a smaller one."""
    if not text:
        return "(?!)"
    smaller = f"[0-{int(text[0]) - 1}].{{{len(text) - 1}}}|" if text[0] in "123456789" else ""
    return f"(?:{smaller}{re.escape(text[0])}{_below(text[1:])})"


def _from(text: str) -> str:
    """Matches texts of the same width whose digits are the same, or those of a larger one."""
    if not text:
        return ""
    larger = f"[{int(text[0]) + 1}-9].{{{len(text) - 1}}}|" if text[0] in "012345678" else ""
    return f"(?:{larger}{re.escape(text[0])}{_from(text[1:])})"


def _digits(instant: datetime) -> str:
    # All instants in a task are whole seconds: what lies before one lies before the next one, too.
    seconds = math.ceil((instant - _FIRST_INSTANT).total_seconds())
    return f"{seconds:0{_SECONDS_DIGITS}}"
