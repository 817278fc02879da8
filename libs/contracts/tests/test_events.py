"""The messages as they are published, as the original published them, and as they must not be."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from contracts.events import MAX_CHANGES, TaskEvent, to_iso_millis
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

ORIGINAL: dict[str, Any] = {
    "type": "TaskCreated",
    "taskId": "64b7f0c2a1d3e4f5a6b7c8d9",
    "userId": "64b7f0c2a1d3e4f5a6b7c8da",
    "taskTitle": "Learn backend",
    "timestamp": "2025-10-10T12:00:00.000Z",
}
UPDATED: dict[str, Any] = ORIGINAL | {
    "eventId": "0f8e4b1c9d2a4f6e8b7c5d3a1e9f0b2c",
    "type": "TaskUpdated",
    "timestamp": "2026-11-22T12:00:00.123Z",
    "version": 2,
    "changes": {"status": {"from": "To do", "to": "In progress"}},
    "batchId": "b-1",
    "causedBy": "e-1",
    "requestId": "page-1",
    "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
}

moments = st.datetimes(
    min_value=datetime(1, 1, 2),  # noqa: DTZ001  hypothesis wants bounds without a zone
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001  as above
    timezones=st.timezones(),
)


def parse(message: object) -> TaskEvent:
    return TaskEvent.model_validate_json(json.dumps(message))


def test_an_event_comes_back_from_its_own_json() -> None:
    event = parse(UPDATED)
    assert json.loads(event.to_json()) == UPDATED
    assert TaskEvent.model_validate_json(event.to_json()) == event


@pytest.mark.parametrize("event_type", ["TaskCreated", "TaskOfTheFuture"])
def test_any_type_of_event_is_read(event_type: str) -> None:
    assert parse(UPDATED | {"type": event_type, "changes": {}}).type == event_type


def test_the_five_fields_of_the_original_are_enough() -> None:
    event = parse(ORIGINAL)
    assert (event.version, event.changes) == (0, {})
    assert (event.batch_id, event.caused_by) == (None, None)
    assert (event.request_id, event.traceparent) == (None, None)
    assert event.timestamp == datetime(2025, 10, 10, 12, tzinfo=UTC)


def test_an_original_message_has_the_same_id_at_every_delivery() -> None:
    reordered = dict(reversed(ORIGINAL.items()))
    assert parse(ORIGINAL).event_id == parse(reordered).event_id
    assert parse(ORIGINAL).event_id.startswith("legacy-")


@pytest.mark.parametrize("field", sorted(ORIGINAL))
def test_original_messages_that_differ_in_a_field_have_different_ids(field: str) -> None:
    other = {
        "type": "TaskDeleted",
        "taskId": "0" * 24,
        "userId": "0" * 24,
        "taskTitle": "Learn",
        "timestamp": "2025-10-10T12:00:00.001Z",
    }
    assert parse(ORIGINAL).event_id != parse(ORIGINAL | {field: other[field]}).event_id


def test_a_field_of_the_future_is_ignored() -> None:
    message = UPDATED | {"assignee": {"id": 7}, "size": 2**80}
    message["changes"] = {"status": {"from": "To do", "to": "Done", "by": "somebody"}}
    event = parse(message)
    assert event.changes["status"].to == "Done"


@pytest.mark.parametrize("field", sorted(ORIGINAL))
def test_each_field_of_the_original_is_required(field: str) -> None:
    with pytest.raises(ValidationError):
        parse({name: value for name, value in UPDATED.items() if name != field})


@pytest.mark.parametrize(
    "fault",
    [
        {"type": ""},
        {"type": "T" * 65},
        {"taskId": "64B7F0C2A1D3E4F5A6B7C8D9"},
        {"taskId": "64b7f0c2a1d3e4f5a6b7c8d9\n"},
        {"userId": "../../etc/passwd"},
        {"userId": None},
        {"eventId": ""},
        {"eventId": "e" * 65},
        {"eventId": None},
        {"taskTitle": 7},
        {"timestamp": 1_700_000_000},
        {"timestamp": "1700000000"},
        {"timestamp": "2026-11-22"},
        {"timestamp": "2026-11-22T12:00:00"},
        {"timestamp": "0001-01-01T00:00:00+14:00"},
        {"timestamp": "9999-12-31T23:59:59-14:00"},
        {"version": -1},
        {"version": 2**63},
        {"version": "1"},
        {"version": True},
        {"changes": []},
        {"changes": {"status": {"from": "To do"}}},
        {"changes": {"status": {"from": 1, "to": [{"at": float("nan")}]}}},
    ],
    ids=str,
)
def test_an_impossible_value_is_refused(fault: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        parse(UPDATED | fault)


def test_an_event_may_have_many_more_changed_fields_than_a_task_has_now() -> None:
    changes = {f"field{number}": {"from": None, "to": number} for number in range(MAX_CHANGES)}
    assert len(parse(UPDATED | {"changes": changes}).changes) == MAX_CHANGES


def test_too_many_changed_fields_are_one_fault_whatever_is_in_them() -> None:
    changes: dict[str, Any] = {f"field{number}": {} for number in range(MAX_CHANGES + 1)}
    with pytest.raises(ValidationError) as refused:
        parse(UPDATED | {"changes": changes})
    [fault] = refused.value.errors()
    assert fault["loc"] == ("changes",)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b'"TaskCreated"',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"taskTitle": "\\ud800"}',
        b'{"version": ' + b"9" * 100_000 + b"}",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_what_is_no_object_in_json_is_refused(body: bytes) -> None:
    with pytest.raises(ValidationError):
        TaskEvent.model_validate_json(body)


@given(st.binary() | st.recursive(st.none() | st.text(), st.lists).map(lambda x: repr(x).encode()))
def test_no_bytes_raise_anything_but_a_validation_error(body: bytes) -> None:
    with pytest.raises(ValidationError):
        TaskEvent.model_validate_json(body)


def test_a_time_in_another_zone_is_brought_to_utc_and_cut_to_milliseconds() -> None:
    event = parse(UPDATED | {"timestamp": "2026-11-22T14:00:00.999999+02:00"})
    assert json.loads(event.to_json())["timestamp"] == "2026-11-22T12:00:00.999Z"


def test_a_whole_second_is_written_with_its_milliseconds() -> None:
    noon = datetime(2026, 11, 22, 17, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert to_iso_millis(noon) == "2026-11-22T12:00:00.000Z"


@given(moments)
def test_a_written_time_is_the_moment_to_the_millisecond(moment: datetime) -> None:
    text = to_iso_millis(moment)
    assert len(text) == 24
    read = parse(UPDATED | {"timestamp": text}).timestamp
    assert timedelta(0) <= moment - read < timedelta(milliseconds=1)
