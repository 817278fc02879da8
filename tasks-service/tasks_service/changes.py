"""How a task becomes its next version, apart from reading and writing it.

A change is a few values by name. What follows from them is set here: version and times,
`completed_at` with the status, `deleted_at` with `deleted`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

from bson import Int64, ObjectId
from chassis.mongo import Document

from tasks_service.derived import CHANGED, derive
from tasks_service.events import events_with
from tasks_service.fields import is_completed, with_ids
from tasks_service.rank import first_rank
from tasks_service.schemas import NewTask, StoredTask
from tasks_service.shards import shard_of

Values: TypeAlias = Mapping[str, Any]


def first_version(user_id: str, new: NewTask, now: datetime, task_id: ObjectId) -> StoredTask:
    """The task that a POST makes."""
    values = new.model_dump(by_alias=False) | {"checklist": with_ids(new.checklist)}
    return StoredTask(
        **values,
        id=str(task_id),
        user=user_id,
        version=1,
        rank=first_rank(now, task_id),
        created_at=now,
        updated_at=now,
        completed_at=now if is_completed(new.status) else None,
        unsent_since=now,
        shard=shard_of(user_id),
    )


def next_version(before: StoredTask, values: Values, now: datetime) -> StoredTask | None:
    """`before` with these values; None if they change nothing."""
    if "checklist" in values:
        values = {**values, "checklist": with_ids(values["checklist"])}
    if all(getattr(before, name) == value for name, value in values.items()):
        return None
    # A task's times never run backwards, not even between replicas whose clocks differ, so that
    # its events sort by time as they do by version.
    now = max(now, before.updated_at)
    after = before.model_copy(
        update={
            **values,
            "version": before.version + 1,
            "updated_at": now,
            "expires_at": None,
            "shard": shard_of(before.user),  # the last release stores none
        }
    )
    became_other = is_completed(after.status) != is_completed(before.status)
    if became_other and "completed_at" not in values:
        after.completed_at = now if is_completed(after.status) else None
    if after.deleted != before.deleted:
        after.deleted_at = now if after.deleted else None
    return after


def update_of(
    before: StoredTask, after: StoredTask, event: Document
) -> tuple[Document, list[Document]]:
    """The filter and the pipeline of the one update that writes a change and its event.

    Nothing matches the filter once `before` is no longer current.
    """
    old, new = before.to_document(), after.to_document()
    changed: Document = {
        name: {"$literal": value} for name, value in new.items() if value != old.get(name)
    }
    # What is stored in `derived` may be another release's.
    changed["derived"] = {"$literal": derive(new)}
    changed[CHANGED] = "$$CLUSTER_TIME"
    changed["version"] = {"$literal": Int64(after.version)}
    removed: Document = dict.fromkeys(old.keys() - new.keys(), "$$REMOVE")
    outgoing = {
        "unsentSince": {"$ifNull": ["$unsentSince", after.updated_at]},
        "events": events_with(event),
        # Set again once the event is sent; the relay may have set it since `before` was read.
        "expiresAt": "$$REMOVE",
    }
    # A document of another release may lack the version, and is read as version 1.
    version: Any = before.version if before.version > 1 else {"$in": [1, None]}
    current = {"_id": old["_id"], "version": version}
    return current, [{"$set": changed | removed | outgoing}]
