"""How far a task's events are sent, in its document: expressions that write the marks.

`sentVersion` is the last version that is sent. `unsentSince` stands as long as events wait, `expiresAt`
once those of a deleted task are sent. `fence` is that of the relay that wrote them last. `events`
is only there while it has any.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from chassis.mongo import Document
from pymongo import UpdateMany

from tasks_service.events import EVENTS


def marks_of(
    sent: Iterable[tuple[Document, Sequence[Document]]], fence: int, *, trash: timedelta
) -> list[UpdateMany]:
    """The updates that mark these events of each task as sent.

    Each is for all tasks that are marked alike, as new ones are: to plan an update takes MongoDB
    longer than to carry it out. A task with a higher fence is not matched.
    """
    alike = defaultdict[tuple[int, str], list[Document]](list)
    for task, events in sent:
        version = int(events[-1]["version"])
        # As text, since what an odd document has there may have no hash.
        alike[version, repr(task.get("sentVersion"))].append(task)
    return [
        UpdateMany(
            {"_id": {"$in": [task["_id"] for task in tasks]}, "fence": {"$not": {"$gt": fence}}},
            [{"$set": sent_up_to(version, tasks[0].get("sentVersion"), fence, trash=trash)}],
        )
        for (version, _), tasks in alike.items()
    ]


def sent_up_to(
    version: int, sent_before: int | None, fence: int, *, trash: timedelta
) -> dict[str, Any]:
    """The events after `sent_before` and up to `version` are sent, and kept in the history.

    Nothing is marked if `sentVersion` is another by now, as after a replay by the last release:
    then all is sent again.
    """
    unchanged = {"$eq": [{"$ifNull": ["$sentVersion", None]}, sent_before]}
    all_sent = {"$and": [unchanged, {"$lte": ["$version", version]}]}
    # A task that is changed faster than its events are sent does not wait: others get their turn.
    waiting_since = {"$cond": [unchanged, "$$NOW", "$unsentSince"]}
    was_sent = {
        "$and": [
            {"$gt": ["$$this.version", sent_before or 0]},
            {"$lte": ["$$this.version", version]},
        ]
    }
    return {
        "sentVersion": {"$cond": [unchanged, version, "$sentVersion"]},
        "fence": fence,
        "events": {"$cond": [unchanged, events_but(was_sent), "$events"]},
        "unsentSince": {"$cond": [all_sent, "$$REMOVE", waiting_since]},
        "expiresAt": {"$cond": [{"$and": ["$deleted", all_sent]}, _expiry(trash), "$$REMOVE"]},
    }


def events_but(condition: dict[str, Any]) -> dict[str, Any]:
    """The task's events without those of the condition, which is about `$$this`; nothing if none is left."""
    left = {"$filter": {"input": EVENTS, "cond": {"$not": [condition]}}}
    some = {"$cond": [{"$eq": ["$$left", []]}, "$$REMOVE", "$$left"]}
    return {"$let": {"vars": {"left": left}, "in": some}}


def _expiry(trash: timedelta) -> dict[str, Any]:
    """When a task in the trash expires: `trash` after its deletion."""
    # A task that the last release deleted has no `deletedAt`: its last change was the deletion.
    at = {"$ifNull": ["$deletedAt", "$updatedAt"]}
    deleted_at = {"$convert": {"input": at, "to": "date", "onError": "$$NOW", "onNull": "$$NOW"}}
    return {"$add": [deleted_at, trash // timedelta(milliseconds=1)]}
