"""The collection of the tasks: its name, its indexes, and what of a document is never shown."""

from typing import Any, Final

from pymongo import ASCENDING, DESCENDING, IndexModel

from tasks_service import derived, order

COLLECTION: Final = "tasks"
NEWEST: Final = "newest_of_user"
WHOLE_FROM: Final = "wholeFrom"
"""The field of a task's document that says from which version on its events tell all of it."""
UNSENT_OF_SHARD: Final = "unsent_of_shard"
UNMOVED: Final = "unmoved"
UNKNOWN: Final = "unknown"
# Tasks of which nothing waits. `null` is also a field that is not there.
WITH_SENT_EVENTS: Final[dict[str, Any]] = {"unsentSince": None, "events": {"$exists": True}}
WITHOUT_HISTORY: Final[dict[str, Any]] = {"unsentSince": None, WHOLE_FROM: None}
INDEXES: Final = {
    COLLECTION: [
        IndexModel(
            [
                ("user", ASCENDING),
                ("deleted", ASCENDING),
                ("createdAt", DESCENDING),
                ("_id", DESCENDING),
            ],
            name=NEWEST,
        ),
        IndexModel([("unsentSince", ASCENDING)], name="unsent", sparse=True),
        IndexModel(
            [("shard", ASCENDING), ("unsentSince", ASCENDING)],
            name=UNSENT_OF_SHARD,
            partialFilterExpression={"unsentSince": {"$exists": True}},
        ),
        # Many tasks wait while the broker is away: an undo looks through those of its user alone.
        IndexModel(
            [("user", ASCENDING)],
            name="unsent_of_user",
            partialFilterExpression={"unsentSince": {"$exists": True}},
        ),
        IndexModel([("expiresAt", ASCENDING)], name="expired", expireAfterSeconds=0),
        # Only what another release has written is in these two.
        IndexModel([("user", ASCENDING)], name=UNMOVED, partialFilterExpression=WITH_SENT_EVENTS),
        IndexModel([("user", ASCENDING)], name=UNKNOWN, partialFilterExpression=WITHOUT_HISTORY),
        *order.INDEXES,
        *derived.INDEXES,
    ]
}
SHOWN: Final = {"events": False, "derived": False, derived.CHANGED: False}
