"""What stands in the history for the events of a task that are lost.

Releases before the history kept a task's events for some days, and the last one tells neither what
a create set nor everything that a change did. So a baseline holds the state before the oldest event
that is known; it follows from the present state by reversing the known events.
"""

from collections.abc import Iterable
from typing import Any, Final

from bson import ObjectId
from chassis.mongo import Document

from tasks_service.events import told, told_of_create
from tasks_service.fields import is_completed
from tasks_service.history import BASELINE
from tasks_service.schemas import StoredTask

_CREATED: Final = "TaskCreated"


def baseline_of(
    task: StoredTask, known: Iterable[Document], *, whole_up_to: int = 0
) -> Document | None:
    """The baseline that a task needs beside the known events; None if it needs none.

    `whole_up_to` is a version up to which the history has what is needed.
    """
    events: dict[int, Document] = {}
    for event in known:
        if event["type"] == BASELINE or event["version"] not in events:
            events[event["version"]] = event
    state, version, timestamp = told(task), task.version, task.updated_at
    while version > whole_up_to:
        event = events.get(version, {})
        if event.get("type") == BASELINE or (event.get("type") == _CREATED and event["changes"]):
            return None
        if not event or event["type"] == _CREATED:
            break
        state, version, timestamp = _before(event, state), version - 1, event["timestamp"]
    else:
        if whole_up_to:
            return None
    return {
        "_id": f"baseline-{task.id}-{version}",
        "type": BASELINE,
        "taskId": ObjectId(task.id),
        "userId": task.user,
        "taskTitle": state["title"],
        "timestamp": timestamp,
        "version": version,
        "changes": told_of_create(state),
        "missing": version - sum(1 for one in events if 1 <= one <= version),
    }


def _before(event: Document, state: dict[str, Any]) -> dict[str, Any]:
    """The state before the event, which gave this one."""
    before = state | {name: change["from"] for name, change in event["changes"].items()}
    # The last release does not tell of these two.
    if event["type"] == "TaskDeleted":
        before["deletedAt"] = None
    if not is_completed(before["status"]):
        before["completedAt"] = None
    return before
