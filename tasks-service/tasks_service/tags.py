"""A task's status, list, priority and labels as texts that regular expressions match.

In an index one text is read in a fraction of the time of as many fields, and labels in an array
would give each task several keys, from which MongoDB cannot answer alone. Every part of a text ends
with NUL, which no field may contain:

- `tags`: 1 if done, else 0, and the priority | status without case | status | list
- `labels`: 1 if done, else 0 | and for each label: label without case | label
"""

import re
from collections.abc import Collection, Iterable
from typing import Final

from chassis.mongo import Document

from tasks_service.fields import is_completed

TAGS: Final = "derived.tags"
LABELS: Final = "derived.labels"
END: Final = "\0"

_PART: Final = r"[^\x00]*\x00"
_NOTHING: Final = r"(?!)"


def tags_of(status: str, priority: int, list_name: str) -> str:
    """The tags of one task; `priority` is 0–9."""
    return _joined([f"{is_completed(status):d}{priority}", status.casefold(), status, list_name])


def labels_of(status: str, labels: Iterable[str]) -> str:
    """The labels of one task with that status."""
    spellings = (part for label in labels for part in (label.casefold(), label))
    return _joined([f"{is_completed(status):d}", *spellings])


def done_is(done: bool) -> Document:
    """The MongoDB condition of the tasks that are done, or not."""
    return {TAGS: {"$regex": f"^{done:d}"}}


def priority_in(priorities: Collection[int]) -> Document:
    """The condition of the tasks with one of these priorities."""
    return {TAGS: {"$regex": f"^.[{''.join(map(str, priorities))}]"}}


def status_in(statuses: Collection[str]) -> Document:
    """The condition of the tasks with one of these statuses, without case."""
    return _part_in(1, [status.casefold() for status in statuses])


def list_in(lists: Collection[str]) -> Document:
    """The condition of the tasks in one of these lists."""
    return _part_in(3, lists)


def has_label(label: str) -> Document:
    """The condition of the tasks with this label, without case."""
    literal = _literal(label.casefold())
    return {LABELS: {"$regex": rf"^{_PART}(?:{_PART}{_PART})*?{literal}\x00"}}


def _part_in(before: int, values: Collection[str]) -> Document:
    alternatives = "|".join(map(_literal, values))
    return {TAGS: {"$regex": rf"^(?:{_PART}){{{before}}}(?:{alternatives})\x00"}}


def _literal(value: str) -> str:
    # A pattern cannot contain NUL, and no field has one.
    return _NOTHING if END in value else re.escape(value)


def _joined(parts: Iterable[str]) -> str:
    # NUL in a document from elsewhere must not shift the parts.
    return "".join(part.replace(END, " ") + END for part in parts)
