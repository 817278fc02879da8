"""Random tasks of this release and of earlier ones, and random filters that some of them match."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chassis.mongo import Document
from hypothesis import strategies as st

from tasks_helpers.listing import document

NOW = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
ZONES = ["UTC", "Europe/Rome", "Pacific/Auckland", "Pacific/Pago_Pago", "Pacific/Kiritimati"]
STATUSES = ["Open", "open", "OPEN!", "Completed", "cOMPLETED", "Straße", "STRASSE"]
LISTS = ["", "Home", "home", "a|b", "x.*"]
LABELS = ["errand", "Errand", "(", "é", "É", "a b", "completed"]
TEXTS = [
    "",
    "Oil for the lamps",
    "CAFÉ",
    "cafe\u0301 noir",
    "ｆｕｌｌ width",
    "100% (sure)",
    "Ωmega\nline",
]
WORDS = [
    "oil",
    "LAMPS",
    "cafe",
    "é",
    "full",
    "ｗ",
    "(sure)",
    ".*",
    "%",
    "ωΜ",
    "line",
    "errand",
    "lamps oil",
    "",
]

Params = dict[str, Any]


def _days_from_now(days: int) -> str:
    return (NOW + timedelta(days=days)).date().isoformat()


def _wall_clock(minutes: int) -> str:
    return (NOW + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M")


days = st.integers(-3, 3).map(_days_from_now)
# The ends of the day in UTC, and now.
ENDS = [
    "2026-11-22T00:00",
    "2026-11-22T12:00",
    "2026-11-22T12:01",
    "2026-11-22T23:59",
    "2026-11-23T00:00",
]
times = st.one_of(st.sampled_from(ENDS), st.integers(-3000, 3000).map(_wall_clock))
dues = st.one_of(
    st.none(),
    st.builds(lambda day: {"date": day}, days),
    st.builds(lambda at, tz: {"at": at, "tz": tz}, times, st.sampled_from(ZONES)),
)


def _distinct(labels: list[str]) -> list[str]:
    return list({label.casefold(): label for label in labels}.values())


@st.composite
def tasks(draw: st.DrawFn, user: str) -> Document:
    """A task of the user, as this release or an earlier one stores it."""
    fields: Document = {
        "title": draw(st.sampled_from(TEXTS[1:])),
        "description": draw(st.sampled_from(TEXTS)),
        "status": draw(st.sampled_from(STATUSES)),
        "deleted": draw(st.sampled_from([False, False, False, True])),
        "updatedAt": NOW + timedelta(milliseconds=draw(st.integers(0, 3))),
    }
    if draw(st.booleans()):
        fields |= {
            "due": draw(dues),
            "priority": draw(st.integers(0, 3)),
            "list": draw(st.sampled_from(LISTS)),
            "labels": _distinct(draw(st.lists(st.sampled_from(LABELS), max_size=3))),
            "checklist": [
                {"id": str(number), "text": text, "done": False}
                for number, text in enumerate(
                    draw(st.lists(st.sampled_from(TEXTS[1:]), max_size=2))
                )
            ],
        }
    return document(draw(st.integers(0, 3)), user=user, **fields)


def _texts(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2)


FILTERS: dict[str, st.SearchStrategy[Any]] = {
    "status": _texts(STATUSES),
    "list": _texts(LISTS),
    "label": _texts(LABELS),
    "priority": st.lists(st.integers(0, 3), min_size=1, max_size=2),
    "done": st.booleans(),
    "trash": st.booleans(),
    "q": st.sampled_from(WORDS),
    "due": st.one_of(
        st.sampled_from(["overdue", "today", "upcoming", "none"]),
        st.builds("{}..{}".format, days, days),
    ),
}
"""What a filter may be sent as, by its name."""


@st.composite
def filters(draw: st.DrawFn) -> Params:
    """Each alone and every two of them, and sometimes more."""
    names = draw(st.lists(st.sampled_from(sorted(FILTERS)), unique=True, max_size=3))
    return {name: draw(FILTERS[name]) for name in names} | {"tz": draw(st.sampled_from(ZONES))}
