"""When a task is due: read as it was written, and the instant that it means."""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from devstack.testing import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp
from tasks_helpers.service import client_of, create
from tasks_helpers.tasks import USER
from tasks_service.due import LATEST, DueTime, instant_of
from tasks_service.zones import NAMES, RELEASE, zone

MINUTE = timedelta(minutes=1)
A_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)
WEEKS = [datetime(1970, 1, 1, tzinfo=UTC) + n * A_WEEK for n in range(70 * 52)]


@cache
def changes_of(name: str) -> list[datetime]:
    """Times in UTC less than a week after a change of the zone's offset."""
    rules = zone(name)
    offsets = [week.astimezone(rules).utcoffset() for week in WEEKS]
    steps = zip(WEEKS[1:], pairwise(offsets), strict=True)
    return [week for week, (old, new) in steps if old != new]


@st.composite
def times_about_a_change(draw: st.DrawFn) -> DueTime:
    """A wall-clock time within a day of a change of the offset."""
    # Looked at only once it is drawn: the changes of all zones take seconds to find.
    name = draw(st.sampled_from(sorted(NAMES)).filter(changes_of))
    after = draw(st.sampled_from(changes_of(name)))
    change = _change_before(after, zone(name))
    local = (change + draw(st.integers(-1440, 1440)) * MINUTE).replace(tzinfo=None)
    return {"at": local.isoformat(timespec="minutes"), "tz": name}


def _change_before(after: datetime, rules: ZoneInfo) -> datetime:
    """The first minute of the new offset, as a clock with that offset shows it."""
    new = after.astimezone(rules).utcoffset()
    assert new is not None
    minutes = range(1, 7 * 1440 + 1)
    back = bisect_left(
        minutes, True, key=lambda n: (after - n * MINUTE).astimezone(rules).utcoffset() != new
    )
    return after - back * MINUTE + new


def readings(instant: datetime, rules: ZoneInfo) -> str:
    return instant.astimezone(rules).replace(tzinfo=None).isoformat(timespec="minutes")


def test_the_zones_are_those_of_the_pinned_package() -> None:
    assert RELEASE >= "2026"
    half_years = WEEKS[::26]
    offsets = [{week.astimezone(zone(name)).utcoffset() for week in half_years} for name in NAMES]
    assert sum(len(of_zone) > 1 for of_zone in offsets) > 400
    assert all(zone(name).key == name for name in NAMES)


@pytest.mark.parametrize(
    "name", ["", "America", "europe/rome", "../zones", "/etc/localtime", "UTC\0"]
)
def test_any_other_name_is_none(name: str) -> None:
    with pytest.raises(KeyError):
        zone(name)


@settings(
    max_examples=examples(300, 20_000), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(times_about_a_change())
def test_the_instant_reads_as_what_was_written_or_is_by_the_offset_before_the_gap(
    due: DueTime,
) -> None:
    rules, instant = zone(due["tz"]), instant_of(due)
    # Every instant that a clock in the zone could show this at, found without the local time.
    naive = datetime.fromisoformat(due["at"]).replace(tzinfo=UTC)
    offsets = {
        (naive + hours * timedelta(hours=1)).astimezone(rules).utcoffset()
        for hours in range(-30, 31)
    }
    shown = sorted(
        naive - offset
        for offset in offsets
        if offset is not None and readings(naive - offset, rules) == due["at"]
    )
    if shown:
        assert instant == shown[0]  # in a fold the first
        return
    # The longest gap is the day that Samoa and Kwajalein left out.
    before = (instant - A_DAY).astimezone(rules).utcoffset()
    assert before is not None
    assert instant == naive - before


@pytest.mark.parametrize(
    ("at", "tz", "instant"),
    [
        ("2026-12-01T09:00", "Europe/Rome", "2026-12-01T08:00:00+00:00"),
        ("2026-03-29T02:30", "Europe/Rome", "2026-03-29T01:30:00+00:00"),  # in a gap
        ("2026-10-25T02:30", "Europe/Rome", "2026-10-25T00:30:00+00:00"),  # twice
        ("2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-04T14:45:00+00:00"),  # half an hour
        ("2011-12-30T12:00", "Pacific/Apia", "2011-12-30T22:00:00+00:00"),  # a day that was not
        ("1970-01-01T00:00", "Pacific/Kiritimati", "1970-01-01T10:40:00+00:00"),
        ("2500-07-01T12:00", "America/New_York", "2500-07-01T16:00:00+00:00"),
    ],
)
def test_known_times(at: str, tz: str, instant: str) -> None:
    assert instant_of({"at": at, "tz": tz}) == datetime.fromisoformat(instant)


def test_a_time_beyond_the_last_year_is_the_latest() -> None:
    assert instant_of({"at": "9999-12-31T23:59", "tz": "Etc/GMT+12"}) == LATEST


@pytest.mark.asyncio(loop_scope="session")
@settings(
    max_examples=examples(60, 2000), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(due=times_about_a_change())
async def test_what_is_read_is_what_was_written(app: ASGIApp, due: DueTime) -> None:
    async with client_of(app, USER) as client:
        task = await create(client, due=due)
        assert task["due"] == due
        read = await client.get(f"/api/tasks/{task['_id']}")
    assert read.json()["task"]["due"] == due


@given(st.sampled_from(sorted(NAMES)), st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31)))  # noqa: DTZ001 — bounds without a zone
def test_every_zone_gives_every_time_an_instant(name: str, local: datetime) -> None:
    instant = instant_of({"at": local.isoformat(timespec="minutes"), "tz": name})
    assert instant.tzinfo is UTC
    assert abs(instant.replace(tzinfo=None) - local) <= timedelta(hours=27)
