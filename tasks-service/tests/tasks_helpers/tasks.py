"""What the tests of the tasks share."""

from bson import ObjectId
from chassis.mongo import Database, Document
from tasks_service.schemas import NewTask

USER = str(ObjectId())
NEW = NewTask(title="Learn", status="Open")


async def stored(database: Database, task_id: str | ObjectId) -> Document:
    """The whole document of a task."""
    document = await database["tasks"].find_one({"_id": ObjectId(task_id)})
    assert document is not None
    return document
