"""What filters, sorts and facets need of one task, and how they are answered from it in memory."""

import sys
from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Literal, NamedTuple, Self

from chassis.mongo import Document

from tasks_service.due_keys import Now, When, day_of
from tasks_service.filters import Days, Filters
from tasks_service.folding import fold
from tasks_service.sorts import Sort
from tasks_service.tags import Tags
from tasks_service.zones import zone


class Row(NamedTuple):
    """The derived values of one task (see `derived.py`)."""

    created: str
    updated: str
    due: str
    priority: str
    title: str
    rank: str
    tags: Tags
    text: str

    @classmethod
    def of(cls, document: Document) -> Self | None:
        """None if a release that does not derive all of it has just written the task."""
        try:
            values = {name: document["derived"][name] for name in cls._fields}
            return cls(**values | {"tags": Tags.of(values["tags"])})
        except (KeyError, TypeError, ValueError, IndexError, AttributeError):
            return None

    @property
    def bytes(self) -> int:
        """How much memory it takes, about."""
        labels = self.tags.label_keys, self.tags.labels
        return sum(map(sys.getsizeof, [self, *self, *labels, *labels[0], *labels[1]]))


def matching(rows: Sequence[Row], filters: Filters, now: datetime) -> Sequence[Row]:
    """Those that the filters leave in; `now` is aware."""
    if filters.statuses:
        statuses = {status.casefold() for status in filters.statuses}
        rows = [row for row in rows if row.tags.status_key in statuses]
    if filters.lists:
        rows = [row for row in rows if row.tags.list_name in filters.lists]
    if filters.priorities:
        rows = [row for row in rows if row.tags.priority in filters.priorities]
    if filters.done is not None:
        rows = [row for row in rows if row.tags.is_done == filters.done]
    for label in map(str.casefold, filters.labels):
        rows = [row for row in rows if label in row.tags.label_keys]
    if filters.due is not None:
        rows = _due(rows, filters.due, Now.of(now, zone(filters.tz)))
    for word in map(fold, filters.words):
        rows = [row for row in rows if word in row.text]
    return rows


def _due(rows: Sequence[Row], due: When | Literal["none"] | Days, now: Now) -> Sequence[Row]:
    if isinstance(due, tuple):
        first, last = due
        return [row for row in rows if first <= day_of(row.tags.due) <= last]
    is_any = due == "none"
    return [
        row for row in rows if (is_any or not row.tags.is_done) and now.when(row.tags.due) == due
    ]


def in_order(rows: Sequence[Row], sort: Sort, *, behind: str | None) -> list[str]:
    """Their keys (see `sorts.py`), or those behind one of them."""
    keys = list(map(attrgetter(sort.name), rows))
    if behind is None:
        return sort.in_order(keys)
    ordered = sort.in_order({*keys, behind})
    return ordered[ordered.index(behind) + 1 :]
