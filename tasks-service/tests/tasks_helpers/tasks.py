"""What the tests of the tasks share."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from bson import ObjectId
from chassis.mongo import Database, Document
from tasks_service import task_writes
from tasks_service.schemas import NewTask
from tasks_service.task_limit import MAX_PER_USER
from tasks_service.tasks import Tasks

USER = str(ObjectId())
NEW = NewTask(title="Learn", status="Open")


def replica_of(database: Database, *, most: int = MAX_PER_USER) -> Tasks:
    """The tasks of one more process; a user may have so many."""
    return Tasks(database, on_change=lambda: None, most=most)


@contextmanager
def patience() -> Iterator[None]:
    """In the body, changes that meet wait and are tried again for as long as a loaded machine takes."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(task_writes, "LONGEST_WAIT", 120.0)
        patched.setattr(task_writes, "MAX_ATTEMPTS", 10_000)
        yield


async def stored(database: Database, task_id: str | ObjectId) -> Document:
    """The whole document of a task."""
    document = await database["tasks"].find_one({"_id": ObjectId(task_id)})
    assert document is not None
    return document
