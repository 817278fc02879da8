"""What can be read, and the reasons why the rest cannot."""

import json
from typing import Any, cast

import bson
import pytest
from activity_helpers.service import event
from activity_service import messages
from activity_service.activities import ActivityDocument, sentence
from activity_service.messages import Poison, read
from contracts.events import MAX_MESSAGE_BYTES
from hypothesis import given
from hypothesis import strategies as st


def document(message: object) -> dict[str, Any]:
    return bson.decode(read(json.dumps(message).encode()).document.raw)


def reason(body: bytes) -> str:
    with pytest.raises(Poison) as poison:
        read(body)
    return poison.value.reason


def test_an_event_becomes_an_activity_under_its_own_id() -> None:
    message = event(type="TaskUpdated", version=7, changes={"status": {"from": "a", "to": None}})
    stored = document(message)
    assert stored["_id"] == message["eventId"]
    assert stored["version"] == 7
    assert stored["changes"] == [{"field": "status", "from": "a", "to": None}]
    assert stored["timestamp"].isoformat(timespec="milliseconds") + "Z" == message["timestamp"]
    assert {name: stored[name] for name in ("taskId", "userId", "taskTitle", "requestId")} == {
        name: message[name] for name in ("taskId", "userId", "taskTitle", "requestId")
    }


def test_of_the_changes_only_the_activity_is_kept_which_takes_the_least_memory() -> None:
    message = event(changes={"checklist": {"from": [], "to": [[]] * 10}})
    read_ = read(json.dumps(message).encode())
    assert read_.event.changes == {}
    assert read_.event.event_id == message["eventId"]
    assert bson.decode(read_.document.raw)["changes"][0]["to"] == [[]] * 10


def test_a_message_of_the_original_is_read() -> None:
    names = ("type", "taskId", "userId", "taskTitle", "timestamp")
    stored = document({name: value for name, value in event().items() if name in names})
    assert stored["_id"].startswith("legacy-")
    assert "requestId" not in stored


@pytest.mark.parametrize(
    ("event_type", "expected"),
    [
        ("TaskCreated", "Task 'Buy milk' created."),
        ("TaskUpdated", "Task 'Buy milk' updated."),
        ("TaskCompleted", "Task 'Buy milk' completed."),
        ("TaskDeleted", "Task 'Buy milk' deleted."),
        ("TaskRestored", "Task 'Buy milk' restored."),
        ("TaskOfTheFuture", "Task 'Buy milk' changed."),
    ],
)
def test_each_type_has_its_sentence(event_type: str, expected: str) -> None:
    stored = cast("ActivityDocument", document(event(type=event_type)))
    assert sentence(stored) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"null", "unknown shape: message"),
        (b"[]", "unknown shape: message"),
        (b"{}", "unknown shape: type: Field required"),
    ],
    ids=lambda value: repr(value[:12]),
)
def test_what_is_no_event_is_poison(body: bytes, expected: str) -> None:
    assert reason(body).startswith(expected)


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"type": ""}, "type"),
        ({"type": "T" * 65}, "type"),
        ({"taskId": "1"}, "taskId"),
        ({"userId": None}, "userId"),
        ({"eventId": "e" * 65}, "eventId"),
        ({"version": 2**63}, "version"),
        ({"version": 10**30}, "version"),
        ({"timestamp": "yesterday"}, "timestamp"),
        ({"timestamp": "0001-01-01T00:00:00+14:00"}, "timestamp"),
        ({"timestamp": "9999-12-31T23:59:59-14:00"}, "timestamp"),
        ({"timestamp": "292278994-08-17T07:12:55.807Z"}, "timestamp"),
        ({"changes": {"title": "x"}}, "changes.title"),
    ],
    ids=str,
)
def test_an_impossible_value_is_poison_and_named(fault: dict[str, Any], field: str) -> None:
    assert f" {field}: " in reason(json.dumps(event(**fault)).encode())


def test_a_message_over_one_mebibyte_is_poison_and_one_of_just_that_is_not() -> None:
    empty = len(json.dumps(event(taskTitle="", eventId="same")).encode())
    title = "x" * (MAX_MESSAGE_BYTES - empty)
    just = json.dumps(event(taskTitle=title, eventId="same")).encode()
    assert read(just).event.task_title == title
    assert reason(just + b" ") == "over 1048576 bytes: 1048577"


def test_a_message_with_too_many_changed_fields_is_poison_and_says_so() -> None:
    body = json.dumps(event(changes={str(number): {} for number in range(60_000)})).encode()
    assert len(body) < MAX_MESSAGE_BYTES
    fault = "changes: Value error, an event has at most 100 changed fields"
    assert reason(body) == f"unknown shape: {fault}"


def test_a_reason_quotes_nothing_of_the_message() -> None:
    body = json.dumps(event(taskTitle=["hunter2"], taskId="hunter2")).encode()
    assert "hunter2" not in reason(body)


@pytest.mark.parametrize(
    "value", ["x", 7, -0.5, True, None, ["a", ["b"]], {"at": {"tz": "Europe/Rome"}}], ids=repr
)
def test_a_changed_value_is_any_json(value: object) -> None:
    stored = document(event(changes={"due": {"from": value, "to": value}}))
    assert stored["changes"] == [{"field": "due", "from": value, "to": value}]


@pytest.mark.parametrize("value", [2**64, float("nan"), float("-inf"), {"nul\0": 1}], ids=repr)
def test_a_changed_value_that_cannot_be_stored_or_shown_is_poison(value: object) -> None:
    assert reason(json.dumps(event(changes={"due": {"from": None, "to": value}})).encode())


@pytest.mark.parametrize("name", ["$ref", "$id", "a.b", "", "nul\0", "_id"])
def test_the_name_of_a_changed_field_need_not_be_a_key_of_bson(name: str) -> None:
    stored = document(event(changes={name: {"from": "a", "to": "b"}}))
    assert stored["changes"] == [{"field": name, "from": "a", "to": "b"}]


def test_the_earliest_and_the_latest_time_are_kept() -> None:
    for moment in ("0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"):
        stored = document(event(timestamp=moment))
        assert stored["timestamp"].isoformat(timespec="milliseconds") + "Z" == moment


def test_whatever_else_goes_wrong_with_a_message_is_poison_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(messages, "to_document", lambda *_: {"too big": 2**64})
    assert reason(json.dumps(event()).encode()) == "cannot be read: OverflowError"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*event(), "future"]), json_values), st.booleans())
def test_any_json_object_is_read_or_poison(changed: dict[str, Any], complete: bool) -> None:
    message = event(**changed) if complete else changed
    try:
        stored = read(json.dumps(message).encode())
    except Poison:
        return
    assert len(bson.encode(bson.decode(stored.document.raw))) == len(stored.document.raw)
