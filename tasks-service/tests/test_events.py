from datetime import UTC, datetime

import pytest
from bson import ObjectId
from hypothesis import given
from hypothesis import strategies as st
from structlog.contextvars import bound_contextvars
from tasks_service.events import event_of, message_of
from tasks_service.schemas import StoredTask

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
USER = "6922a0000000000000000001"


def task(**fields: object) -> StoredTask:
    document = {
        "_id": ObjectId("6922a0000000000000000002"),
        "title": "Learn",
        "status": "Open",
        "user": USER,
        "createdAt": NOW,
        "updatedAt": NOW,
        "version": 1,
    }
    return StoredTask.from_document(document | fields)


def test_a_new_task_causes_task_created_which_names_what_it_set() -> None:
    event = event_of(None, task(priority=2, labels=["a"], rank="r"))
    assert event["type"] == "TaskCreated"
    assert event["changes"] == {
        "title": {"from": None, "to": "Learn"},
        "status": {"from": None, "to": "Open"},
        "priority": {"from": None, "to": 2},
        "labels": {"from": None, "to": ["a"]},
        "rank": {"from": None, "to": "r"},
    }


def test_a_new_task_that_is_completed_already_was_created_and_not_completed() -> None:
    assert event_of(None, task(status="Completed"))["type"] == "TaskCreated"


@pytest.mark.parametrize("status", ["Completed", "completed", "COMPLETED", "cOmPlEtEd"])
def test_a_status_that_becomes_completed_in_any_case_causes_task_completed(status: str) -> None:
    assert event_of(task(), task(status=status, version=2))["type"] == "TaskCompleted"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Completed", "completed"),
        ("Completed", "Completed"),
        ("Completed", "Open"),
        ("Open", "Almost completed"),
    ],
)
def test_any_other_status_causes_task_updated(before: str, after: str) -> None:
    event = event_of(task(status=before), task(status=after, version=2))
    assert event["type"] == "TaskUpdated"


def test_a_completion_carries_all_changes() -> None:
    event = event_of(task(), task(title="Done", status="Completed", version=2))
    assert event["changes"] == {
        "title": {"from": "Learn", "to": "Done"},
        "status": {"from": "Open", "to": "Completed"},
    }


def test_a_deleted_task_causes_task_deleted_under_its_last_title() -> None:
    trashed = task(title="Old", deleted=True, deletedAt=NOW, version=2)
    event = event_of(task(title="Old"), trashed)
    assert (event["type"], event["taskTitle"]) == ("TaskDeleted", "Old")
    assert event["changes"] == {"deletedAt": {"from": None, "to": "2026-11-22T12:00:00.000Z"}}


def test_a_restored_task_causes_task_restored_whatever_its_status() -> None:
    trashed = task(deleted=True, deletedAt=NOW, status="Completed", version=2)
    event = event_of(trashed, task(status="Completed", version=3))
    assert event["type"] == "TaskRestored"
    assert event["changes"] == {"deletedAt": {"from": "2026-11-22T12:00:00.000Z", "to": None}}


def test_an_event_is_part_of_a_batch_and_has_a_cause_where_these_are_given() -> None:
    after = task(title="New", version=2)
    event = event_of(task(), after, event_id="e-2", batch_id="b-1", caused_by="e-1")
    assert (event["eventId"], event["batchId"], event["causedBy"]) == ("e-2", "b-1", "e-1")


def test_a_message_says_who_did_what_to_which_task_on_which_request() -> None:
    with bound_contextvars(requestId="r-1", traceparent="t-1"):
        stored = event_of(task(), task(title="New", version=2))
    message = message_of(task().to_document(), stored)
    assert message.task_id == "6922a0000000000000000002"
    assert message.user_id == USER
    assert message.task_title == "New"
    assert message.version == 2
    assert message.timestamp == NOW
    assert (message.request_id, message.traceparent) == ("r-1", "t-1")


@given(before=st.text(max_size=50), after=st.text(max_size=50))
def test_changes_name_exactly_what_differs(before: str, after: str) -> None:
    event = event_of(task(description=before), task(description=after, version=2))
    expected = {} if before == after else {"description": {"from": before, "to": after}}
    assert event["changes"] == expected
