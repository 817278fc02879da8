"""A task's status, list, priority, due date and labels as one text that regular expressions match.

In an index one text is read in a fraction of the time of as many fields, and labels in an array
would give each task several keys, from which MongoDB cannot answer alone. Every part of the text
ends with NUL, which no field may contain:

    1 if done, else 0, then the priority, then the due date (see `due_keys.py`)
    status without case | status | list | and for each label: label without case | label
"""

import re
import sys
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from chassis.mongo import Document

from tasks_service.due_keys import NOT_DUE, Now, When, days_pattern
from tasks_service.fields import is_completed

TAGS: Final = "derived.tags"
END: Final = "\0"

_PART: Final = r"[^\x00]*\x00"
_BEFORE_DUE: Final = ".."
_STATUS: Final = 1  # how many parts are before it
_LIST: Final = 3
_LABELS: Final = 4
_NOTHING: Final = r"(?!)"


def tags_of(
    *, status: str, priority: int, due: str = NOT_DUE, list_name: str, labels: Iterable[str] = ()
) -> str:
    """The tags of one task; `priority` is 0–9."""
    spellings = (part for label in labels for part in (label.casefold(), label))
    head = f"{is_completed(status):d}{priority}{due}"
    parts = [head, status.casefold(), status, list_name, *spellings]
    # NUL in a document from elsewhere must not shift the parts.
    return "".join(part.replace(END, " ") + END for part in parts)


class Tags(NamedTuple):
    """The parts of one task's tags; the keys are without case."""

    is_done: bool
    priority: int
    due: str
    status_key: str
    status: str
    list_name: str
    label_keys: tuple[str, ...]
    labels: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Tags":
        """What `tags_of` gave. Tasks with the same values share the texts in memory."""
        head, *values = text.split(END)
        values = list(map(sys.intern, values[:-1]))  # a NUL is also at the end
        status_key, status, list_name = values[:3]
        keys, labels = tuple(values[3::2]), tuple(values[4::2])
        is_done, priority = head[0] == "1", int(head[1])
        return cls(is_done, priority, head[2:], status_key, status, list_name, keys, labels)


def done_is(done: bool) -> Document:
    """The MongoDB condition of the tasks that are done, or not."""
    return _begins(f"{done:d}")


def priority_in(priorities: Collection[int]) -> Document:
    """The condition of the tasks with one of these priorities."""
    return _begins(f".[{''.join(map(str, priorities))}]")


def due_when(when: When, now: Now) -> Document:
    """The condition of the open tasks that are due then."""
    return _begins(f"0.{now.pattern(when)}")


def due_on(first: str, last: str) -> Document:
    """The condition of the tasks that are due on these days or between."""
    return _begins(_BEFORE_DUE + days_pattern(first, last))


def not_due() -> Document:
    """The condition of the tasks without a due date."""
    return _begins(rf"{_BEFORE_DUE}\x00")


def status_in(statuses: Collection[str]) -> Document:
    """The condition of the tasks with one of these statuses, without case."""
    return _part_in(_STATUS, [status.casefold() for status in statuses])


def list_in(lists: Collection[str]) -> Document:
    """The condition of the tasks in one of these lists."""
    return _part_in(_LIST, lists)


def has_label(label: str) -> Document:
    """The condition of the tasks with this label, without case."""
    literal = _literal(label.casefold())
    return _begins(rf"(?:{_PART}){{{_LABELS}}}(?:{_PART}{_PART})*?{literal}\x00")


def _part_in(before: int, values: Collection[str]) -> Document:
    alternatives = "|".join(map(_literal, values))
    return _begins(rf"(?:{_PART}){{{before}}}(?:{alternatives})\x00")


def _begins(pattern: str) -> Document:
    # In a group: from a literal beginning MongoDB makes bounds, and then seeks each next key that
    # is within them, where it could walk on.
    return {TAGS: {"$regex": f"^(?:{pattern})"}}


def _literal(value: str) -> str:
    # A pattern cannot contain NUL, and no field has one.
    return _NOTHING if END in value else re.escape(value)
