"""The orders of a list, and where a page begins in them.

Each order has a key in `derived`: a text that ends with the task's id. So no two tasks have the
same key, equal values are ordered by `_id`, and what is behind a task is one range. (A condition on
value or id, with `$or`, would make MongoDB read the documents.)
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, NamedTuple, TypeAlias

from bson import ObjectId
from chassis.mongo import Document
from pymongo import ASCENDING, DESCENDING

SortName: TypeAlias = Literal["created", "updated", "due", "priority", "title", "rank"]
Order: TypeAlias = Literal["asc", "desc"]

SORTED: Final[list[SortName]] = ["updated", "due", "priority", "title", "rank"]
"""What a list can be sorted by, but for the time of creation, which the other indexes have."""

_DESCENDING: Final = {"created", "updated", "priority"}
_ID_DIGITS: Final = 24
_END: Final = "\0"  # sorts before whatever a text has, and no text has it
_FIRST_DATED: Final = "1"  # a year begins with a digit from 1 on
_FIRST_INSTANT: Final = datetime.min.replace(tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


class Sort(NamedTuple):
    """One order of a list."""

    name: SortName = "created"
    direction: int = DESCENDING

    @classmethod
    def of(cls, name: SortName, order: Order | None) -> "Sort":
        """The order that was asked for, or the one that is usual for this field."""
        is_descending = order == "desc" if order else name in _DESCENDING
        return cls(name, DESCENDING if is_descending else ASCENDING)

    @property
    def field(self) -> str:
        return f"derived.{self.name}"

    @property
    def by_index(self) -> str:
        return index_of(self.name)

    @property
    def behind(self) -> str:
        """The operator of what comes later."""
        return "$lt" if self.direction == DESCENDING else "$gt"

    def parts(self, key: str | None) -> list[Document]:
        """The conditions of the parts that follow each other: of the whole list, or behind a key."""
        # A task that the last release writes at this very moment has no key yet.
        rest: Document = {self.field: {"$gte": ""} if key is None else {self.behind: key}}
        if self.name != "due":
            return [rest]
        # Tasks without a due date come last in both directions.
        undated = {self.field: {"$lt": _FIRST_DATED}}
        if key is not None and key < _FIRST_DATED:
            return [{"$and": [undated, rest]}]
        return [{"$and": [{self.field: {"$gte": _FIRST_DATED}}, rest]}, undated]

    def in_order(self, keys: Iterable[str]) -> list[str]:
        """These keys as a list has them."""
        is_descending = self.direction == DESCENDING
        ordered = sorted(keys, reverse=is_descending)
        if self.name != "due":
            return ordered
        undated = [key for key in ordered if key < _FIRST_DATED]
        dated = [key for key in ordered if key >= _FIRST_DATED]
        return dated + undated


def index_of(name: SortName) -> str:
    """The index that has this order."""
    return f"by_{name}"


def text_key(text: str, task_id: object) -> str:
    """The key of a text; of "" before all others."""
    return f"{text}{_END}{task_id}"


def time_key(time: datetime, task_id: object) -> str:
    """The key of a time, to the millisecond."""
    return f"{(time - _FIRST_INSTANT) // _MILLISECOND:015}{task_id}"


def ids_in(keys: Iterable[str]) -> list[ObjectId]:
    """The ids of the tasks with these keys, but for ids that no release has given."""
    ids = (key[-_ID_DIGITS:] for key in keys)
    return [ObjectId(one) for one in ids if ObjectId.is_valid(one)]


def time_in(key: str) -> datetime:
    """The time in a `time_key`."""
    return _FIRST_INSTANT + int(key[:-_ID_DIGITS]) * _MILLISECOND
