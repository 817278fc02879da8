"""What an undo does to the fields of a task: it takes back what one event changed, and no more.

A field goes back to what it was if it is still what the event made it. Of labels and checklist
each member counts by itself, so what others have been added, removed or edited since stays.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from tasks_service.fields import MAX_ITEMS, MAX_LABELS

Member = TypeVar("Member")


class Clash(NamedTuple):
    """A field that has been changed since: what the event made of what, and what it is now."""

    field: str
    before: Any
    after: Any
    now: Any


class Reversal(NamedTuple):
    """The values that fields go back to, by the names of the API, and what stands against it."""

    values: dict[str, Any]
    clashes: list[Clash]


class _Changed(Exception):
    """A member has been changed since."""


def reverse(changes: Mapping[str, Mapping[str, Any]], now: Mapping[str, Any]) -> Reversal:
    """Take the `changes` of an event back in a task whose fields are `now`."""
    values: dict[str, Any] = {}
    clashes: list[Clash] = []
    for field, change in changes.items():
        before, after = change["from"], change["to"]
        if field not in now:  # of a later release
            clashes.append(Clash(field, before, after, None))
            continue
        try:
            value = _MERGES.get(field, _whole)(before, after, now[field])
        except _Changed:
            clashes.append(Clash(field, before, after, now[field]))
        else:
            if value != now[field]:
                values[field] = value
    return Reversal(values, clashes)


def _whole(before: object, after: object, now: object) -> object:
    if now == after:
        return before
    if now == before:
        return now
    raise _Changed


def _labels(before: Sequence[str], after: Sequence[str], now: Sequence[str]) -> list[str]:
    """Labels are alike but for case; a change of spelling is a change of that label."""
    return _members(before, after, now, key=str.casefold, most=MAX_LABELS)


def _checklist(
    before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]], now: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    return _members(before, after, now, key=lambda item: str(item["id"]), most=MAX_ITEMS)


def _members(
    before: Sequence[Member],
    after: Sequence[Member],
    now: Sequence[Member],
    *,
    key: Callable[[Member], str],
    most: int,
) -> list[Member]:
    old, new = ({key(one): one for one in members} for members in (before, after))
    left = {key(one): one for one in now}
    for name in old.keys() | new.keys():
        if old.get(name) == new.get(name) or left.get(name) == old.get(name):
            continue
        if left.get(name) != new.get(name):
            raise _Changed
        if name not in old:
            del left[name]
        elif name in left:
            left[name] = old[name]
    back = [name for name in old if name not in new and name not in left]
    names = _in_old_order(list(left), list(old), list(new))
    for name in back:
        names.insert(_place(name, list(old), names), name)
    if len(names) > most:
        raise _Changed
    return [left[name] if name in left else old[name] for name in names]


def _in_old_order(names: list[str], old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Those that the event has put into another order, if they are still in that order."""
    moved = [name for name in new if name in old and name in names]
    before = [name for name in old if name in moved]
    if [name for name in names if name in moved] != moved:
        return names
    places = iter(before)
    return [next(places) if name in moved else name for name in names]


def _place(name: str, order: Sequence[str], names: Sequence[str]) -> int:
    """Behind the nearest of those that stood before it and are still there."""
    for neighbour in reversed(order[: order.index(name)]):
        if neighbour in names:
            return names.index(neighbour) + 1
    return 0


_MERGES: Final[Mapping[str, Callable[[Any, Any, Any], object]]] = {
    "labels": _labels,
    "checklist": _checklist,
}
