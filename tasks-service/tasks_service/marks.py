"""How far a task's events are sent, in its document: expressions that write the marks.

`sentVersion` is the last version that is sent. `unsentSince` stands as long as events wait, `expiresAt`
once those of a deleted task are sent. `fence` is that of the relay that wrote them last.
"""

from datetime import datetime, timedelta
from typing import Any


def sent_up_to(
    version: int, sent_before: int | None, fence: int, expires_at: dict[str, Any]
) -> dict[str, Any]:
    """Nothing is marked if a replay has lowered `sentVersion` meanwhile: then all is sent again."""
    unchanged = {"$eq": [{"$ifNull": ["$sentVersion", None]}, sent_before]}
    all_sent = {"$and": [unchanged, {"$lte": ["$version", version]}]}
    # A task that is changed faster than its events are sent does not wait: others get their turn.
    waiting_since = {"$cond": [unchanged, "$$NOW", "$unsentSince"]}
    return {
        "sentVersion": {"$cond": [unchanged, version, "$sentVersion"]},
        "fence": fence,
        "unsentSince": {"$cond": [all_sent, "$$REMOVE", waiting_since]},
        "expiresAt": {"$cond": [{"$and": ["$deleted", all_sent]}, expires_at, "$$REMOVE"]},
    }


def expiry(earliest: datetime, *, trash: timedelta) -> dict[str, Any]:
    """When a task in the trash expires: `trash` after its deletion, not before `earliest`."""
    # A task that the last release deleted has no `deletedAt`, which makes the sum null.
    trash_ends = {"$add": ["$deletedAt", trash // timedelta(milliseconds=1)]}
    return {"$max": [trash_ends, earliest]}


def sent_events(since: datetime) -> dict[str, Any]:
    """The events that are sent and are of `since` or later."""
    is_sent = {"$lte": ["$$this.version", "$sentVersion"]}
    cond = {"$and": [{"$gte": ["$$this.timestamp", since]}, is_sent]}
    return {"$filter": {"input": {"$ifNull": ["$events", []]}, "cond": cond}}


def unsent_again(events: dict[str, Any]) -> dict[str, Any]:
    """From the first of these on, they wait."""
    first = {"$min": {"$map": {"input": events, "in": "$$this.version"}}}
    return {
        "sentVersion": {"$subtract": [first, 1]},
        "unsentSince": {"$ifNull": ["$unsentSince", "$$NOW"]},
        "expiresAt": "$$REMOVE",  # a deleted task stays until its events are sent again
    }
