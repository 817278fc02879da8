"""Undoing without HTTP."""

from collections.abc import Sequence

from bson import ObjectId
from chassis.mongo import Database
from tasks_service.bulk_schemas import BulkChange
from tasks_service.operation import Operation
from tasks_service.tasks import Tasks
from tasks_service.undo import Undo
from tasks_service.undo_schemas import UndoAnswer, UndoRequest

from tasks_helpers.relay import Replica
from tasks_helpers.tasks import USER, replica_of


async def undone(replica: Replica, own: Database, event_id: str) -> UndoAnswer:
    request = UndoRequest.model_validate({"eventId": event_id})
    return await Undo(own, replica.tasks).undo(USER, request, Operation(ObjectId()))


async def batch_undone(own: Database, batch_id: str, tasks: Tasks | None = None) -> UndoAnswer:
    request = UndoRequest.model_validate({"batchId": batch_id})
    return await Undo(own, tasks or replica_of(own)).undo(USER, request, Operation(ObjectId()))


async def changed(replica: Replica, ids: Sequence[ObjectId], **change: object) -> str:
    """The id of the batch."""
    body = BulkChange.model_validate({"ids": [str(one) for one in ids]} | change)
    batch_id = (await replica.bulk.change(USER, body, Operation(ObjectId()))).batch_id
    assert batch_id is not None
    return batch_id
