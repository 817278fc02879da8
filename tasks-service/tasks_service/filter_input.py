"""Filters as they are sent: in the query of a list, and as JSON in a bulk change."""

import re
from datetime import date
from typing import Annotated, Any, Final, TypeAlias

from chassis.bodies import NO_NUL, StrictObject
from chassis.paging import MAX_LIMIT, ONLY_DIGITS, WholeNumber
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    WithJsonSchema,
)

from tasks_service.filters import Filters
from tasks_service.sorts import Order, SortName
from tasks_service.zones import ZoneName

MAX_Q: Final = 200  # characters
MAX_WORDS: Final = 10
# Of one filter in JSON. MongoDB takes no pattern over 64 KiB, compiled; a URL is bounded itself.
MAX_VALUES: Final = 100
MAX_VALUE: Final = 50  # characters, as many as a list has: the longest field of these

_NAMES: Final = {"overdue", "today", "upcoming", "none"}
_DAYS: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.\.([0-9]{4}-[0-9]{2}-[0-9]{2})")
_FIRST_DAY: Final = date(1970, 1, 1)


def _check_words(q: str) -> str:
    if len(q.split()) > MAX_WORDS:
        raise ValueError(f"must have at most {MAX_WORDS} words")
    return q


def _check_due(value: str) -> str:
    if value in _NAMES:
        return value
    days = _DAYS.fullmatch(value)
    if days is None:
        raise ValueError("must be overdue, today, upcoming, none, or two days with .. between")
    if min(map(date.fromisoformat, days.groups())) < _FIRST_DAY:
        raise ValueError(f"must be in the years {_FIRST_DAY.year} to 9999")
    return value


def _true_or_false(value: object) -> object:
    # Pydantic also reads 1, yes and on.
    if value not in {"true", "false"}:
        raise ValueError("must be true or false")
    return value == "true"


def _refuse_null(value: object) -> object:
    if value is None:
        raise ValueError("must be true or false")
    return value


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _one_or_many(items: dict[str, Any]) -> WithJsonSchema:
    many = {"type": "array", "items": items, "minItems": 1, "maxItems": MAX_VALUES}
    return WithJsonSchema({"anyOf": [items, many]})


# Trimmed as the fields are: str.strip() would also take separators that a field keeps.
Text = Annotated[str, StringConstraints(strip_whitespace=True), NO_NUL]
Texts: TypeAlias = list[Text]
QueryPriorities: TypeAlias = list[Annotated[int, Field(ge=0, le=3), ONLY_DIGITS]]
QueryBool = Annotated[
    bool,
    BeforeValidator(_true_or_false),
    WithJsonSchema({"type": "string", "enum": ["true", "false"]}),
]
_BOUNDS: Final = Field(min_length=1, max_length=MAX_VALUES)
JsonTexts: TypeAlias = Annotated[
    list[Annotated[Text, Field(max_length=MAX_VALUE)]],
    _BOUNDS,
    BeforeValidator(_as_list),
    _one_or_many({"type": "string", "maxLength": MAX_VALUE}),
]
JsonPriorities: TypeAlias = Annotated[
    list[Annotated[StrictInt, Field(ge=0, le=3)]],
    _BOUNDS,
    BeforeValidator(_as_list),
    _one_or_many({"type": "integer", "minimum": 0, "maximum": 3}),
]
JsonBool = Annotated[
    StrictBool | None, BeforeValidator(_refuse_null), WithJsonSchema({"type": "boolean"})
]


class _Filters(BaseModel):
    due: Annotated[
        str,
        AfterValidator(_check_due),
        Field(
            description="`overdue`, `today`, `upcoming`, `none`, or days: `2026-12-01..2026-12-31`",
            examples=["today"],
        ),
    ] = ""
    tz: Annotated[ZoneName, Field(description="The zone in which `due` means today")] = "UTC"
    q: Annotated[
        str,
        NO_NUL,
        AfterValidator(_check_words),
        Field(
            max_length=MAX_Q,
            description="At most 10 words: each is in title, description, labels or checklist",
            examples=["ferns"],
        ),
    ] = ""


class FilterQuery(_Filters):
    """As parameters of a URL: what may be repeated is a list."""

    status: Annotated[Texts, Field(description="Any of them, without case")] = []
    list: Annotated[Texts, Field(description="Any of them; empty is the inbox")] = []
    priority: Annotated[QueryPriorities, Field(description="Any of them")] = []
    label: Annotated[Texts, Field(description="All of them, without case")] = []
    done: QueryBool | None = None
    trash: Annotated[QueryBool, Field(description="`true`: only the trash")] = False


class ListQuery(FilterQuery):
    """All parameters of a list."""

    sort: SortName = "created"
    order: Annotated[
        Order | None,
        Field(
            description="If left out, desc for created, updated and priority, asc for the others"
        ),
    ] = None
    page: Annotated[WholeNumber, Field(description="0 and less read as 1")] = 1
    limit: Annotated[WholeNumber, Field(description="0 and less read as 10, above 100 as 100")] = (
        MAX_LIMIT
    )
    cursor: Annotated[
        str | None, Field(description="`nextCursor` of the page before; `page` then does not count")
    ] = None


class FacetsQuery(BaseModel):
    """All parameters of the facets."""

    tz: Annotated[ZoneName, Field(description="The zone in which tasks are due today")] = "UTC"


class Where(_Filters, StrictObject):
    """As JSON: text or texts, a number or numbers, true or false. Nothing else may be sent."""

    status: JsonTexts = []
    list: JsonTexts = []
    priority: JsonPriorities = []
    label: JsonTexts = []
    done: JsonBool = None
    trash: StrictBool = False


def filters_of(sent: FilterQuery | Where) -> Filters:
    """What was sent, as filters: values in one order, since their order means nothing."""
    return Filters(
        statuses=tuple(sorted({status.casefold() for status in sent.status})),
        lists=tuple(sorted(set(sent.list))),
        priorities=tuple(sorted(set(sent.priority))),
        labels=tuple(sorted({label.casefold() for label in sent.label})),
        words=tuple(sorted(set(sent.q.split()))),
        done=sent.done,
        due=_due(sent.due),
        tz=sent.tz,
        trash=sent.trash,
    )


def _due(value: str) -> Any:  # noqa: ANN401 — the values have been checked
    days = _DAYS.fullmatch(value)
    return days.groups() if days else value or None
