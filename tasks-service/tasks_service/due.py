"""When a task is due: on a day, or at a wall-clock time in a time zone. Kept as it was written."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, WrapValidator

# pydantic reads a TypedDict of the standard library only from Python 3.12 on.
from typing_extensions import TypedDict

from tasks_service.zones import ZoneName, zone

FIRST_YEAR: Final = 1970
LATEST: Final = datetime.max.replace(microsecond=999_000, tzinfo=UTC)


def _day(text: str) -> str:
    _check_year(date.fromisoformat(text).year)
    return text


def _wall_clock_time(text: str) -> str:
    _check_year(datetime.fromisoformat(text).year)
    return text


def _check_year(year: int) -> None:
    if year < FIRST_YEAR:
        raise ValueError(f"must be in the years {FIRST_YEAR} to 9999")


Day = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    AfterValidator(_day),
    Field(examples=["2026-12-01"]),
]
WallClockTime = Annotated[
    str,
    # Some versions of Python read 24:00 as the next day.
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]$"),
    AfterValidator(_wall_clock_time),
    Field(examples=["2026-12-01T09:00"]),
]


class NewDueDay(TypedDict):
    """A day, which is the same day in every zone."""

    date: Day


class NewDueTime(TypedDict):
    """A wall-clock time in a zone."""

    at: WallClockTime
    tz: ZoneName


class DueDay(TypedDict):
    """A day, which is the same day in every zone."""

    date: str


class DueTime(TypedDict):
    """A wall-clock time in a zone."""

    at: str
    tz: str


_DAY: Final = TypeAdapter(NewDueDay)
_TIME: Final = TypeAdapter(NewDueTime)


def _in_its_form(value: Any, _either: object) -> NewDueDay | NewDueTime:  # noqa: ANN401 — whatever was sent
    # A union would name the faults of both forms.
    if isinstance(value, dict):
        if "date" in value and "at" not in value and "tz" not in value:
            return _DAY.validate_python(value)
        if "at" in value and "date" not in value:
            return _TIME.validate_python(value)
    raise ValueError("must be either {date} or {at, tz}")


NewDue = Annotated[
    NewDueDay | NewDueTime,
    WrapValidator(_in_its_form),
    Field(examples=[{"at": "2026-12-01T09:00", "tz": "Europe/Rome"}]),
]
Due = Annotated[DueDay | DueTime, Field(examples=[{"at": "2026-12-01T09:00", "tz": "Europe/Rome"}])]


def instant_of(due: DueTime) -> datetime:
    """The instant of a wall-clock time, in UTC, at most `LATEST`.

    A time that comes twice is its first occurrence; one that is skipped is taken by the offset
    before the gap (RFC 5545, section 3.3.5). Both are what `fold=0` means (PEP 495). KeyError for
    a zone, and ValueError for a time, that this release does not know.
    """
    local = datetime.fromisoformat(due["at"]).replace(tzinfo=zone(due["tz"]), fold=0)
    try:
        return local.astimezone(UTC)
    except OverflowError:
        return LATEST
