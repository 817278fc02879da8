"""Two numbers by which one range of an index finds the tasks that are overdue, today or upcoming.

A day is compared with today in the asker's zone, and a wall-clock time by its instant, so the two
need numbers that do not meet. A condition on two ranges of one number (`$or`) makes MongoDB read
the documents; a condition on one range is decided by the index.

`overdueKey` is negative for a day, and the further back the day, the nearer to zero; it is the
seconds of the instant for a time. So all that is overdue lies around zero, between today and now:

    days to come … today … days gone | instants gone … now … instants to come

`upcomingKey` has the same numbers with the days behind the instants, so all that is upcoming lies
in the middle. What is due today is in one range of each.

    instants gone … now … instants to come | days to come … today … days gone
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from chassis.mongo import Document

from tasks_service.due import instant_of

OVERDUE_KEY: Final = "derived.overdueKey"
UPCOMING_KEY: Final = "derived.upcomingKey"

When = Literal["overdue", "today", "upcoming"]

_BEHIND_ALL_INSTANTS: Final = 10**12  # the year 9999 ends after 3.2 * 10**11 seconds
_FIRST_INSTANT: Final = datetime.min.replace(tzinfo=UTC)
_ONE_DAY: Final = timedelta(days=1)


class DueKeys(NamedTuple):
    """What is stored; the numbers are "" for a task without a due date.

    `order` sorts: the day as it was written, and in a day first the whole day, then by instant.
    """

    order: str
    overdue: int | str
    upcoming: int | str


NOT_DUE: Final = DueKeys("", "", "")


def keys_of(due: object) -> DueKeys:
    """The keys of a stored `due`; of one that this release cannot read, `NOT_DUE`."""
    try:
        return _keys(due)  # type: ignore[arg-type]  # anything may be stored
    except (KeyError, TypeError, ValueError):
        return NOT_DUE


def _keys(due: Mapping[str, Any]) -> DueKeys:
    if "date" in due:
        day = date.fromisoformat(due["date"])
        number = day.toordinal()
        return DueKeys(day.isoformat(), -number, _BEHIND_ALL_INSTANTS - number)
    local = datetime.fromisoformat(due["at"])
    instant = instant_of({"at": due["at"], "tz": due["tz"]})
    seconds = int(_seconds(instant))
    return DueKeys(f"{local.date()}T{seconds:012}", seconds, seconds)


class Now(NamedTuple):
    """This moment in the asker's zone; seconds as in the keys."""

    seconds: float
    tomorrow: float
    today: int

    @classmethod
    def of(cls, moment: datetime, zone: ZoneInfo) -> "Now":
        today = moment.astimezone(zone).date()
        # A midnight that is skipped is the moment at which it is skipped (PEP 495).
        midnight = datetime.combine(today + _ONE_DAY, time(), zone).astimezone(UTC)
        return cls(_seconds(moment), _seconds(midnight), today.toordinal())

    def condition(self, when: When) -> Document:
        """The MongoDB condition of the tasks that are due then."""
        behind_today = _BEHIND_ALL_INSTANTS - self.today
        if when == "overdue":
            return {OVERDUE_KEY: {"$gt": -self.today, "$lt": self.seconds}}
        if when == "upcoming":
            return {UPCOMING_KEY: {"$gte": self.tomorrow, "$lt": behind_today}}
        return {
            OVERDUE_KEY: {"$gte": -self.today, "$lt": self.tomorrow},
            UPCOMING_KEY: {"$gte": self.seconds, "$lte": behind_today},
        }

    def counts(self, overdue_keys: Sequence[int | str]) -> dict[str, int]:
        """How many tasks with these keys are due when, and how many have no due date."""
        keys = [key for key in overdue_keys if isinstance(key, int)]
        overdue = sum(-self.today < key < self.seconds for key in keys)
        until_tomorrow = sum(-self.today <= key < self.tomorrow for key in keys)
        return {
            "overdue": overdue,
            "today": until_tomorrow - overdue,
            "upcoming": len(keys) - until_tomorrow,
            "none": len(overdue_keys) - len(keys),
        }


def _seconds(instant: datetime) -> float:
    return (instant - _FIRST_INSTANT).total_seconds()
