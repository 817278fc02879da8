"""When a task is due, at the ends of the day in the asker's zone."""

import re
from datetime import UTC, date, datetime

import pytest
from chassis.mongo import Document
from hypothesis import given
from hypothesis import strategies as st
from tasks_service.due_keys import NOT_DUE, Now, When, days_pattern, due_key
from tasks_service.tags import tags_of
from tasks_service.zones import zone

WHEN: list[When] = ["overdue", "today", "upcoming"]
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def when(due: object, tz: str, now: datetime = NOON) -> str:
    """What is said of the text and, if it is due, what the patterns find: the same."""
    moment, key = Now.of(now, zone(tz)), due_key(due)
    said = moment.when(key)
    found = [name for name in WHEN if re.match(moment.pattern(name), f"{key}\0")]
    assert found == [name for name in WHEN if name == said]
    return said


def test_what_stands_behind_the_text_is_no_part_of_it() -> None:
    # Folded it is longer by a character, and so the list begins where a time could.
    tags = tags_of(status="ßaa", priority=0, due=NOT_DUE, list_name="T063000000000", labels=[])
    assert tags.endswith("\0ssaa\0ßaa\0T063000000000\0")
    for name in WHEN:
        assert not re.match("0." + Now.of(NOON, zone("UTC")).pattern(name), tags)


def at(time: str, tz: str = "UTC") -> Document:
    return {"at": time, "tz": tz}


@pytest.mark.parametrize(
    ("due", "tz", "expected"),
    [
        ({"date": "2026-11-21"}, "UTC", "overdue"),
        ({"date": "2026-11-22"}, "UTC", "today"),
        ({"date": "2026-11-23"}, "UTC", "upcoming"),
        ({"date": "1970-01-01"}, "UTC", "overdue"),
        ({"date": "9999-12-31"}, "UTC", "upcoming"),
        # It is the 23rd there since 2026-11-22T10:00Z, and still the 22nd here until 11:00Z.
        ({"date": "2026-11-22"}, "Pacific/Kiritimati", "overdue"),
        ({"date": "2026-11-23"}, "Pacific/Kiritimati", "today"),
        ({"date": "2026-11-22"}, "Pacific/Pago_Pago", "today"),
        (at("2026-11-22T11:59"), "UTC", "overdue"),
        (at("2026-11-22T12:00"), "UTC", "today"),
        (at("2026-11-22T23:59"), "UTC", "today"),
        (at("2026-11-23T00:00"), "UTC", "upcoming"),
        # A time counts by its instant, whatever zone it was written in.
        (at("2026-11-22T12:59", "Europe/Rome"), "UTC", "overdue"),
        (at("2026-11-22T13:00", "Europe/Rome"), "UTC", "today"),
        (at("2026-11-23T00:59", "Europe/Rome"), "UTC", "today"),
        (at("2026-11-23T01:00", "Europe/Rome"), "UTC", "upcoming"),
        (at("2026-11-23T00:00"), "Pacific/Kiritimati", "today"),
        (at("2026-11-23T10:00"), "Pacific/Kiritimati", "upcoming"),
        (at("9999-12-31T23:59", "Pacific/Pago_Pago"), "UTC", "upcoming"),
        (at("1970-01-01T00:00", "Pacific/Kiritimati"), "UTC", "overdue"),
        (None, "UTC", "none"),
    ],
)
def test_when_a_task_is_due(due: object, tz: str, expected: str) -> None:
    assert when(due, tz) == expected


@pytest.mark.parametrize(
    ("tz", "now", "time", "expected"),
    [
        # In Havana the clock went from 00:00 to 01:00 on 2026-03-08: that day began at 05:00Z.
        ("America/Havana", "2026-03-07T20:00", "2026-03-08T04:59", "today"),
        ("America/Havana", "2026-03-07T20:00", "2026-03-08T05:00", "upcoming"),
        # In Rome 2026-10-25 has 25 hours, and ends at 23:00Z.
        ("Europe/Rome", "2026-10-25T12:00", "2026-10-25T22:59", "today"),
        ("Europe/Rome", "2026-10-25T12:00", "2026-10-25T23:00", "upcoming"),
    ],
)
def test_a_day_on_which_the_clock_changes(tz: str, now: str, time: str, expected: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert when(at(time), tz, moment) == expected


@pytest.mark.parametrize(
    "due",
    [
        None,
        "2026-12-01",
        7,
        [],
        {},
        {"date": None},
        {"date": "soon"},
        {"at": "2026-12-01T09:00"},
        {"at": "2026-12-01T09:00", "tz": "Mars/Olympus"},
        {"at": "x", "tz": "UTC"},
        {"at": "2026-12-01T09:00", "tz": []},
    ],
)
def test_what_cannot_be_read_is_not_due(due: object) -> None:
    assert due_key(due) == NOT_DUE


@given(first=st.dates(), last=st.dates(), day=st.dates())
def test_a_day_is_found_between_two_others(first: date, last: date, day: date) -> None:
    pattern = days_pattern(first.isoformat(), last.isoformat())
    for due in ({"date": day.isoformat()}, at(f"{day}T09:00")):
        assert bool(re.match(pattern, due_key(due))) == (first <= day <= last)


INSTANTS = st.datetimes(
    NOON.replace(tzinfo=None, year=1971),
    NOON.replace(tzinfo=None, year=9999),
    timezones=st.just(UTC),
).map(lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000))
"""As precise as the service's clock."""


@given(now=INSTANTS, due=INSTANTS)
def test_an_instant_is_found_on_its_side_of_now(now: datetime, due: datetime) -> None:
    due = due.replace(second=0, microsecond=0)
    is_overdue = when(at(f"{due:%Y-%m-%dT%H:%M}"), "UTC", now) == "overdue"
    assert is_overdue == (due < now)
