"""How many of a user's tasks have each value, and when they are due."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Annotated, Final

from chassis.clock import Clock, utc_now
from chassis.mongo import Database, Document
from pydantic import BaseModel, Field

from tasks_service.collection import COLLECTION, NEWEST
from tasks_service.derived import TAGS_AND_TEXT
from tasks_service.due_keys import Now
from tasks_service.filters import Filters
from tasks_service.hints import count, hinted
from tasks_service.snapshots import Snapshots
from tasks_service.stale import StaleTasks
from tasks_service.tags import TAGS, Tags
from tasks_service.zones import zone

MAX_VALUES: Final = 500  # of each facet
BATCH: Final = 5_000  # tasks: between two the process answers others

_SAME: Final[dict[str, Callable[[str], str]]] = {
    "lists": str,
    "labels": str.casefold,
    "statuses": str.casefold,
    "priorities": str,
}
"""What makes two values of a facet one."""


class TextValue(BaseModel):
    """How many tasks have this list, label or status."""

    value: Annotated[str, Field(examples=["Home"])]
    open: Annotated[int, Field(examples=[3])]
    done: Annotated[int, Field(examples=[1])]


class PriorityValue(BaseModel):
    """How many tasks have this priority."""

    value: Annotated[int, Field(examples=[2])]
    open: Annotated[int, Field(examples=[3])]
    done: Annotated[int, Field(examples=[1])]


class DueCounts(BaseModel):
    """How many open tasks are due when."""

    overdue: Annotated[int, Field(examples=[1])]
    today: Annotated[int, Field(examples=[0])]
    upcoming: Annotated[int, Field(examples=[2])]
    none: Annotated[int, Field(examples=[4])]


class Facets(BaseModel):
    """The most used values of each facet, at most `MAX_VALUES`; `truncated` if one has more."""

    lists: list[TextValue]
    labels: list[TextValue]
    statuses: list[TextValue]
    priorities: list[PriorityValue]
    due: DueCounts
    trash: Annotated[int, Field(examples=[5])]
    truncated: Annotated[bool, Field(examples=[False])]


def _ranked(open_: Counter[str], done: Counter[str], key: Callable[[str], str]) -> list[Document]:
    """The most used values first. Those with the same key are one, spelt as most of them are."""
    both = open_ + done
    merged: dict[str, Document] = {}
    for value in sorted(both, key=lambda value: (-both[value], value)):
        one = merged.setdefault(key(value), {"value": value, "open": 0, "done": 0})
        one["open"] += open_[value]
        one["done"] += done[value]
    return sorted(merged.values(), key=lambda one: (-one["open"] - one["done"], one["value"]))


class FacetCounts:
    """Counts the tasks of one user at a time."""

    def __init__(self, database: Database, snapshots: Snapshots, *, now: Clock = utc_now) -> None:
        self._tasks = database[COLLECTION]
        self._stale = StaleTasks(database)
        self._snapshots = snapshots
        self._now = now

    async def read(self, user_id: str, tz: str) -> Facets:
        """The facets of all tasks of the user; `tz` is the zone in which they are due today."""
        await self._stale.fill(user_id)
        now = self._now()
        query = Filters().query(user_id, now)
        tags, trash = await asyncio.gather(
            self._tags(user_id, query),
            count(self._tasks, NEWEST, Filters(trash=True).query(user_id, now)),
        )
        facets = await _facets(tags)
        when = Now.of(now, zone(tz)).when
        due = Counter[str]([when(one.due) for one in tags if not one.is_done])
        return Facets.model_validate(
            {name: values[:MAX_VALUES] for name, values in facets.items()}
            | {
                "due": {name: due[name] for name in DueCounts.model_fields},
                "trash": trash,
                "truncated": any(len(values) > MAX_VALUES for values in facets.values()),
            }
        )

    async def _tags(self, user_id: str, query: Document) -> list[Tags]:
        """The tags of each task: of a snapshot, or by one walk over the index."""
        rows = await self._snapshots.rows(user_id)
        if rows is not None:
            return [row.tags for row in rows]
        # A task that the last release writes at this very moment has nothing derived yet.
        has_tags = query | {TAGS: {"$type": "string"}}

        async def find(hint: str | None) -> list[Document]:
            # By a name of its own: a document in a document takes half as long again to decode.
            found = self._tasks.find(has_tags, {"_id": False, "tags": f"${TAGS}"}, hint=hint)
            return await found.batch_size(BATCH).to_list()

        return [Tags.of(row["tags"]) for row in await hinted(TAGS_AND_TEXT, find)]


async def _facets(tags: Sequence[Tags]) -> dict[str, list[Document]]:
    open_ = await _counted([one for one in tags if not one.is_done])
    done = await _counted([one for one in tags if one.is_done])
    facets = {}
    for name, same in _SAME.items():
        facets[name] = _ranked(open_[name], done[name], same)
        await asyncio.sleep(0)
    return facets


async def _counted(tags: Sequence[Tags]) -> dict[str, Counter[str]]:
    """The tasks of each value, a few thousand at a time."""
    counts = {name: Counter[str]() for name in _SAME}
    for start in range(0, len(tags), BATCH):
        some = tags[start : start + BATCH]
        counts["lists"].update([one.list_name for one in some])
        counts["labels"].update(chain.from_iterable([one.labels for one in some]))
        counts["statuses"].update([one.status for one in some])
        counts["priorities"].update([str(one.priority) for one in some])
        await asyncio.sleep(0)
    return counts
