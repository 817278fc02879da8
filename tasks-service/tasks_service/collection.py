"""The collection of the tasks: its name, its indexes, and what of a document is never shown."""

from typing import Final

from pymongo import ASCENDING, DESCENDING, IndexModel

from tasks_service import derived, order

COLLECTION: Final = "tasks"
NEWEST: Final = "newest_of_user"
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
        IndexModel([("expiresAt", ASCENDING)], name="expired", expireAfterSeconds=0),
        *order.INDEXES,
        *derived.INDEXES,
    ]
}
SHOWN: Final = {"events": False, "derived": False}
