"""One request that changes tasks, known by an id: however often it is sent, it is the same operation."""

from collections.abc import Awaitable, Callable, Sequence

from bson import ObjectId

Targets = Sequence[ObjectId]
"""The ids of tasks."""


class Operation:
    """What one request does. `id` names the task, the event or the batch that it makes.

    With `is_retry` an earlier request may have done it, wholly or in part, under the same id.
    """

    def __init__(self, operation_id: ObjectId, *, is_retry: bool = False) -> None:
        self.id = operation_id
        self.is_retry = is_retry

    async def targets(self, find: Callable[[], Awaitable[Targets]]) -> Targets:
        """The tasks to change: what `find` gave the first time."""
        return await find()
