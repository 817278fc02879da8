"""The fields that a client sets, with their bounds. Lengths are in code points, after trimming."""

import secrets
from collections.abc import Iterable
from typing import Annotated, Final, NotRequired

from chassis.bodies import NO_NUL, VISIBLE, VISIBLE_OR_EMPTY
from pydantic import AfterValidator, Field, StrictBool, StringConstraints

# pydantic reads a TypedDict of the standard library only from Python 3.12 on.
from typing_extensions import TypedDict

_COMPLETED: Final = "completed"
MAX_LABELS: Final = 20
MAX_ITEMS: Final = 100

Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120),
    NO_NUL,
    VISIBLE,
    Field(examples=["Water the plants"]),
]
Status = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=20),
    NO_NUL,
    VISIBLE,
    Field(examples=["In Progress"]),
]
Description = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=2000),
    NO_NUL,
    VISIBLE_OR_EMPTY,
    Field(examples=["The ferns too."]),
]
Priority = Annotated[int, Field(strict=True, ge=0, le=3, examples=[2])]
"""0 none, 1 low, 2 medium, 3 high."""
ListName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=50),
    NO_NUL,
    VISIBLE_OR_EMPTY,
    Field(examples=["Home"]),
]
"""Empty for the inbox."""
Label = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=30), NO_NUL, VISIBLE
]
ItemId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,24}$")]
ItemText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), NO_NUL, VISIBLE
]


class NewItem(TypedDict):
    """An item of a checklist as it is sent: without an `id` it is a new one."""

    id: NotRequired[ItemId]
    text: ItemText
    done: StrictBool


class Item(TypedDict):
    """An item of a checklist."""

    id: str
    text: str
    done: bool


def _distinct_labels(labels: list[str]) -> list[str]:
    if len({label.casefold() for label in labels}) < len(labels):
        raise ValueError("must not have two labels that are alike but for case")
    return labels


def _distinct_ids(checklist: list[NewItem]) -> list[NewItem]:
    given = [item["id"] for item in checklist if "id" in item]
    if len(set(given)) < len(given):
        raise ValueError("must not have two items with the same id")
    return checklist


Labels = Annotated[
    list[Label],
    Field(max_length=MAX_LABELS, examples=[["errand"]]),
    AfterValidator(_distinct_labels),
]
"""No two are alike but for case."""
NewChecklist = Annotated[
    list[NewItem],
    Field(max_length=MAX_ITEMS, examples=[[{"id": "a1", "text": "Fill the can", "done": False}]]),
    AfterValidator(_distinct_ids),
]


def with_ids(checklist: Iterable[NewItem]) -> list[Item]:
    """The checklist as it is stored: each item has an id of its own."""
    return [
        Item(id=item.get("id") or secrets.token_urlsafe(9), text=item["text"], done=item["done"])
        for item in checklist
    ]


def is_completed(status: str) -> bool:
    """Whether a task of that status is done."""
    return status.casefold() == _COMPLETED
