"""How many of a user's tasks have each value, and when they are due."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Annotated, Final

from chassis.clock import Clock, utc_now
from chassis.mongo import Database, Document
from pydantic import BaseModel, Field

from tasks_service.collection import COLLECTION, NEWEST
from tasks_service.derived import TAGS_AND_DUE
from tasks_service.due_keys import OVERDUE_KEY, Now
from tasks_service.filters import Filters
from tasks_service.hints import count, hinted
from tasks_service.stale import StaleTasks
from tasks_service.tags import END, LABELS, TAGS
from tasks_service.zones import zone

MAX_VALUES: Final = 500  # of each facet


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


class _Values:
    """Adds up the tasks of each value, as it is spelt."""

    def __init__(self) -> None:
        self._numbers: dict[str, list[int]] = {}

    def add(self, value: str, number: int, *, is_done: int) -> None:
        self._numbers.setdefault(value, [0, 0])[is_done] += number

    def ranked(self, key: Callable[[str], str] = str) -> list[Document]:
        """The most used first. Values with the same key are one, spelt as most of them are."""
        merged: dict[str, Document] = {}
        for value, (open_, done) in sorted(self._numbers.items(), key=_by_use):
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
        by_tags, by_labels, trash = await asyncio.gather(
            self._groups(query, TAGS, {"due": {"$push": f"${OVERDUE_KEY}"}}),
            self._groups(query, LABELS, {"number": {"$sum": 1}}),
            count(self._tasks, NEWEST, Filters(trash=True).query(user_id, now)),
        )
        lists, statuses, priorities = _Values(), _Values(), _Values()
        due: list[int | str] = []
        for group in by_tags:
            head, _, status, list_name, _ = group["_id"].split(END)
            is_done, number = int(head[0]), len(group["due"])
            lists.add(list_name, number, is_done=is_done)
            statuses.add(status, number, is_done=is_done)
            priorities.add(head[1], number, is_done=is_done)
            if not is_done:
                due += group["due"]
        facets = {
            "lists": lists.ranked(),
            "labels": _labels(by_labels).ranked(str.casefold),
            "statuses": statuses.ranked(str.casefold),
            "priorities": priorities.ranked(),
        }
        return Facets.model_validate(
            {name: values[:MAX_VALUES] for name, values in facets.items()}
            | {
                "due": Now.of(now, zone(tz)).counts(due),
                "trash": trash,
                "truncated": any(len(values) > MAX_VALUES for values in facets.values()),
            }
        )

    async def _groups(self, query: Document, field: str, numbers: Document) -> list[Document]:
        # A task that the last release writes at this very moment has nothing derived yet.
        pipeline = [
            {"$match": query | {field: {"$type": "string"}}},
            {"$group": {"_id": f"${field}"} | numbers},
        ]

        async def groups(hint: str | None) -> list[Document]:
            by: Document = {} if hint is None else {"hint": hint}
            return await (await self._tasks.aggregate(pipeline, **by)).to_list()

        return await hinted(TAGS_AND_DUE, groups)


def _labels(groups: Iterable[Document]) -> _Values:
    values = _Values()
    for group in groups:
        done, *spellings = group["_id"].split(END)[:-1]
        for label in spellings[1::2]:
            values.add(label, group["number"], is_done=int(done))
    return values
