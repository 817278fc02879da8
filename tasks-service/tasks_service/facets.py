"""How many of a user's tasks have each value, and when they are due."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Final

from chassis.clock import Clock, utc_now
from chassis.mongo import Database, Document
from pydantic import BaseModel, Field

from tasks_service.collection import COLLECTION, NEWEST
from tasks_service.derived import SEARCH
from tasks_service.due_keys import Now
from tasks_service.filters import Filters
from tasks_service.hints import count, hinted
from tasks_service.stale import StaleTasks
from tasks_service.tags import END, TAGS
from tasks_service.zones import zone

MAX_VALUES: Final = 500  # of each facet
BATCH: Final = 5_000  # tasks: between two the process answers others


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


Counts = Mapping[tuple[str, str], int]
"""How many tasks are done ("1") or not ("0") and have a value, as it is spelt."""


def _ranked(counts: Counts, key: Callable[[str], str] = str) -> list[Document]:
    """The most used values first. Those with the same key are one, spelt as most of them are."""
    spellings: dict[str, list[int]] = {}
    for (is_done, value), number in counts.items():
        spellings.setdefault(value, [0, 0])[int(is_done)] += number
    merged: dict[str, Document] = {}
    for value, (open_, done) in sorted(spellings.items(), key=_by_use):
        one = merged.setdefault(key(value), {"value": value, "open": 0, "done": 0})
        one["open"] += open_
        one["done"] += done
    return sorted(merged.values(), key=lambda one: (-one["open"] - one["done"], one["value"]))


def _by_use(item: tuple[str, list[int]]) -> tuple[int, str]:
    value, numbers = item
    return -sum(numbers), value


class FacetCounts:
    """Counts the tasks of one user at a time."""

    def __init__(self, database: Database, *, now: Clock = utc_now) -> None:
        self._tasks = database[COLLECTION]
        self._stale = StaleTasks(database)
        self._now = now

    async def read(self, user_id: str, tz: str) -> Facets:
        """The facets of all tasks of the user; `tz` is the zone in which they are due today."""
        await self._stale.fill(user_id)
        now = self._now()
        query = Filters().query(user_id, now)
        tags, trash = await asyncio.gather(
            self._tags(query),
            count(self._tasks, NEWEST, Filters(trash=True).query(user_id, now)),
        )
        facets = _facets(tags)
        return Facets.model_validate(
            {name: values[:MAX_VALUES] for name, values in facets.items()}
            | {
                "due": Now.of(now, zone(tz)).counts(
                    head[2:] for head, *_ in tags if head[0] == "0"
                ),
                "trash": trash,
                "truncated": any(len(values) > MAX_VALUES for values in facets.values()),
            }
        )

    async def _tags(self, query: Document) -> list[list[str]]:
        """The parts of each task's tags, which cost one walk over the index."""
        # A task that the last release writes at this very moment has nothing derived yet.
        has_tags = query | {TAGS: {"$type": "string"}}

        async def find(hint: str | None) -> list[Document]:
            found = self._tasks.find(has_tags, {"_id": False, TAGS: True}, hint=hint)
            return await found.batch_size(BATCH).to_list()

        return [row["derived"]["tags"].split(END) for row in await hinted(SEARCH, find)]


def _facets(tags: Sequence[Sequence[str]]) -> dict[str, list[Document]]:
    lists = Counter((parts[0][0], parts[3]) for parts in tags)
    statuses = Counter((parts[0][0], parts[2]) for parts in tags)
    priorities = Counter((parts[0][0], parts[0][1]) for parts in tags)
    labels = Counter((parts[0][0], label) for parts in tags for label in parts[5::2])
    return {
        "lists": _ranked(lists),
        "labels": _ranked(labels, str.casefold),
        "statuses": _ranked(statuses, str.casefold),
        "priorities": _ranked(priorities),
    }
