"""What is computed from a task's fields for filters, search and order.

It is stored in the task as `derived`. One index decides by it which of a user's tasks a filter
matches; each order has an index of its own.
"""

from datetime import datetime
from typing import Any, Final

from bson import Int64, ObjectId, Timestamp
from chassis.mongo import Document
from pymongo import ASCENDING, IndexModel

from tasks_service.due_keys import due_key
from tasks_service.folding import fold
from tasks_service.rank import first_rank
from tasks_service.sorts import SORTED, index_of, text_key, time_key
from tasks_service.tags import tags_of
from tasks_service.zones import RELEASE

CHANGED: Final = "changed"
"""The field with MongoDB's cluster time as of the last write of `derived` (see `snapshots.py`)."""
LAST_CHANGED: Final = "last_changed"
TAGS_AND_TEXT: Final = "tags_and_text"
STALE_REVISION: Final = "stale_revision"
STALE_VERSION: Final = "stale_version"

_FORMAT: Final = 3
"""To be raised with every change of what `derive` gives, or of what is written beside it."""
REVISION: Final = (_FORMAT * 10_000 + int(RELEASE[:4])) * 100 + ord(RELEASE[4]) - ord("a")
"""Rises with the format and with the release of tzdata, on which the instants depend."""

# The last release writes `version` as a 32-bit integer, and this one as a 64-bit integer: the index
# has exactly the tasks that the last release wrote, and whose `derived` it did not write.
_WRITTEN_BY_LAST_RELEASE: Final = {"version": {"$type": "int"}}
INDEXES: Final = [
    # The time of a walk rises with the number of fields more than with the length of a text.
    IndexModel(
        [
            ("user", ASCENDING),
            ("deleted", ASCENDING),
            *((f"derived.{name}", ASCENDING) for name in ("created", "tags", "text")),
        ],
        name=TAGS_AND_TEXT,
    ),
    *(
        IndexModel(
            [("user", ASCENDING), ("deleted", ASCENDING), (f"derived.{name}", ASCENDING)],
            name=index_of(name),
        )
        for name in SORTED
    ),
    IndexModel([("user", ASCENDING), (CHANGED, ASCENDING), ("_id", ASCENDING)], name=LAST_CHANGED),
    IndexModel([("derived.revision", ASCENDING), ("user", ASCENDING)], name=STALE_REVISION),
    IndexModel(
        [("user", ASCENDING)], name=STALE_VERSION, partialFilterExpression=_WRITTEN_BY_LAST_RELEASE
    ),
]


def with_derived(document: Document) -> Document:
    """A task's document as this release inserts it."""
    derived = {"derived": derive(document), "version": Int64(document["version"])}
    # MongoDB writes its own time in the place of an empty timestamp.
    return document | derived | {CHANGED: Timestamp(0, 0)}


def derive(document: Document) -> Document:
    """The values for a task's document, whatever is in it: a field of another type counts as empty.

    For the keys by which a list is sorted see `sorts.py`, for `tags` `tags.py`; a search looks
    through `text`.
    """
    task_id, created_at = document["_id"], document.get("createdAt")
    updated_at = document.get("updatedAt", created_at)
    status, title, list_name, description = (
        _text(document, name) for name in ("status", "title", "list", "description")
    )
    labels = [label for label in _list(document, "labels") if isinstance(label, str)]
    items = [_text(item, "text") for item in _list(document, "checklist") if isinstance(item, dict)]
    priority = document.get("priority")
    priority = priority if isinstance(priority, int) and 0 <= priority <= 9 else 0
    due = due_key(document.get("due"))
    return {
        "revision": REVISION,
        "created": _time_key(created_at, task_id),
        "updated": _time_key(updated_at, task_id),
        "due": text_key(due, task_id),
        "priority": text_key(str(priority), task_id),
        "title": text_key(fold(title), task_id),
        "rank": text_key(_rank(document), task_id),
        "tags": tags_of(
            status=status, priority=priority, due=due, list_name=list_name, labels=labels
        ),
        "text": fold("\n".join([title, *labels, *items, description])),
    }


def _rank(document: Document) -> str:
    rank, created_at, task_id = (document.get(name) for name in ("rank", "createdAt", "_id"))
    if isinstance(rank, str):
        return rank
    if isinstance(created_at, datetime) and isinstance(task_id, ObjectId):
        return first_rank(created_at, task_id)
    return ""


def _time_key(value: object, task_id: object) -> str:
    return time_key(value, task_id) if isinstance(value, datetime) else text_key("", task_id)


def _text(document: Document, name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""


def _list(document: Document, name: str) -> list[Any]:
    value = document.get(name)
    return value if isinstance(value, list) else []
