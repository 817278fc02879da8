"""What the undo of events would do to their tasks."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from bson import ObjectId
from chassis.errors import Conflict
from chassis.mongo import Database, Document
from pydantic.alias_generators import to_snake

from tasks_service.access import readable
from tasks_service.changes import next_version
from tasks_service.collection import COLLECTION
from tasks_service.events import EVENTS, told
from tasks_service.history import BASELINE
from tasks_service.removed import TIME, removed_tasks
from tasks_service.reversal import Clash, reverse
from tasks_service.schemas import StoredTask
from tasks_service.tasks import Tasks
from tasks_service.undo_events import UndoEvents

AT_ONCE: Final = 100  # tasks: after so many the process answers others
TOO_OLD: Final = "It is older than the history of its task"


class Plan(NamedTuple):
    """`after` is None where nothing is to be written.

    `whole_from` is None unless the trash has let the task go: see `Removed`.
    """

    event: Document
    before: StoredTask
    after: StoredTask | None
    clashes: Sequence[Clash]
    whole_from: int | None


class Plans:
    """Reads the tasks of many events, and what is needed of their history, in a few queries."""

    def __init__(self, database: Database, tasks: Tasks) -> None:
        self._collection = database[COLLECTION]
        self._events = UndoEvents(database)
        self._tasks = tasks

    async def of(self, events: Sequence[Document]) -> Sequence[Plan]:
        """Conflict if an event is older than what is known of its task."""
        user_id, ids = events[0]["userId"], [event["taskId"] for event in events]
        found = await (await self._collection.aggregate(_with_undos(ids))).to_list()
        documents = {document["_id"]: document for document in found}
        links: defaultdict[ObjectId, list[Document]] = defaultdict(list)
        for link in await self._events.links(user_id, ids, found):
            links[link["taskId"]].append(link)
        removed = await removed_tasks(
            self._tasks.history, user_id, [one for one in ids if one not in documents]
        )
        plans = []
        for place, event in enumerate(events):
            if place % AT_ONCE == 0:
                await asyncio.sleep(0)  # others get their turn
            task_id = event["taskId"]
            _refuse_too_old(event, links[task_id])
            if task_id in documents:
                before, whole_from = readable(documents[task_id]), None
            elif task_id in removed:
                before, whole_from = removed[task_id]
            else:
                raise Conflict(TOO_OLD, extra={"conflicts": []})
            is_undone = _is_undone(event, links[task_id])
            values, clashes = ({}, []) if is_undone else _values(event, before)
            after = None if clashes else next_version(before, values, self._tasks.now())
            plans.append(Plan(event, before, after, clashes, whole_from))
        return await self._with_ranks(user_id, plans)

    async def _with_ranks(self, user_id: str, plans: Sequence[Plan]) -> Sequence[Plan]:
        """With a rank close behind its own for each task whose place another has taken meanwhile."""
        wanted = {place: rank for place, plan in enumerate(plans) if (rank := _wanted_rank(plan))}
        taken = {*await self._tasks.order.taken(user_id, wanted.values())}
        ranks = {*wanted.values()}
        settled = [*plans]
        for place, rank in wanted.items():
            if rank in taken:
                settled[place] = plan = await self._close_behind(user_id, plans[place], rank, ranks)
                ranks.add(_wanted_rank(plan))
            taken.add(rank)
        return settled

    async def _close_behind(
        self, user_id: str, plan: Plan, rank: str, others: Collection[str]
    ) -> Plan:
        assert plan.after is not None  # noqa: S101 — it wants a rank
        try:
            free = await self._tasks.order.rank_close_behind(user_id, rank, others)
        except Conflict:
            clash = Clash("rank", rank, plan.before.rank, plan.before.rank)
            return plan._replace(after=None, clashes=[clash])
        return plan._replace(after=plan.after.model_copy(update={"rank": free}))


def _with_undos(task_ids: Sequence[ObjectId]) -> Sequence[Document]:
    """The tasks, and of their events the undos: what waits of 500 tasks may be gigabytes."""
    is_undo = {"$gt": ["$$this.causedBy", ""]}
    return [
        {"$match": {"_id": {"$in": task_ids}}},
        {"$unset": "derived"},
        {"$set": {"events": {"$filter": {"input": EVENTS, "cond": is_undo}}}},
    ]


def _wanted_rank(plan: Plan) -> str:
    """The rank that the task is to have anew; empty if it keeps the one it has."""
    before, after = plan.before, plan.after
    is_new = after is not None and (plan.whole_from is not None or after.rank != before.rank)
    return after.rank if after is not None and is_new else ""


def _refuse_too_old(event: Document, links: Sequence[Document]) -> None:
    if any(one["type"] == BASELINE and one["version"] >= event["version"] for one in links):
        raise Conflict(TOO_OLD, extra={"conflicts": []})


def _is_undone(event: Document, links: Sequence[Document]) -> bool:
    """Whether the last undo of it stands: that may have been undone in turn."""
    undone_by = {one["causedBy"]: one["_id"] for one in links if one.get("causedBy")}
    event_id, undos = event["_id"], 0
    while event_id in undone_by:  # each is taken once: what is stored may be a circle
        event_id, undos = undone_by.pop(event_id), undos + 1
    return undos % 2 == 1


def _values(event: Document, before: StoredTask) -> tuple[Mapping[str, Any], Sequence[Clash]]:
    if event["type"] in {"TaskCreated", "TaskRestored"}:
        return {"deleted": True}, []
    if event["type"] == "TaskDeleted":
        return {"deleted": False}, []
    now = told(before)
    if before.deleted:
        return {}, [Clash("deletedAt", None, None, now["deletedAt"])]
    values, clashes = reverse(event.get("changes", {}), now)
    # It follows the status.
    clashes = [clash for clash in clashes if clash.field != "completedAt"]
    completed_at = values.pop("completedAt", None)
    if completed_at is not None and "status" in values:
        values["completedAt"] = TIME.validate_python(completed_at)
    return {to_snake(name): value for name, value in values.items()}, clashes
