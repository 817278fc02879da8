"""What an undo takes back, and what it leaves."""

from typing import Any

import pytest
from devstack.testing import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from tasks_service.fields import MAX_ITEMS, MAX_LABELS
from tasks_service.reversal import Clash, Reversal, reverse


def item(key: str, text: str = "t", *, done: bool = False) -> dict[str, Any]:
    return {"id": key, "text": text, "done": done}


A, B, C = item("a"), item("b"), item("c")


@pytest.mark.parametrize(
    ("field", "before", "after", "now", "value"),
    [
        ("title", "old", "new", "new", "old"),
        ("title", "old", "new", "old", "old"),
        ("due", None, {"date": "2026-12-01"}, {"date": "2026-12-01"}, None),
        ("labels", ["a", "b"], ["b", "a"], ["b", "a"], ["a", "b"]),
        ("labels", ["a"], ["a", "b"], ["a", "b", "c"], ["a", "c"]),
        ("labels", ["a", "b", "c"], ["a", "c"], ["a", "c", "d"], ["a", "b", "c", "d"]),
        ("labels", ["a", "b"], [], ["c"], ["a", "b", "c"]),
        ("labels", ["a"], ["A"], ["A", "b"], ["a", "b"]),
        ("labels", [], ["a"], ["b"], ["b"]),
        ("labels", ["a"], [], ["b", "a"], ["b", "a"]),
        ("labels", ["a", "b"], ["b", "a"], ["b", "c", "a"], ["a", "c", "b"]),
        ("labels", ["a", "b", "c"], ["c", "b"], ["c", "d", "b"], ["a", "b", "d", "c"]),
        ("labels", ["a", "b", "c"], ["c", "b", "a"], ["b", "c", "a"], ["b", "c", "a"]),
        ("checklist", [A, B], [A], [A, C], [A, B, C]),
        ("checklist", [A], [item("a", done=True)], [item("a", done=True), B], [A, B]),
        ("checklist", [A], [A, B], [item("a", "edited"), B], [item("a", "edited")]),
    ],
)
def test_what_the_event_changed_goes_back_and_later_changes_stay(
    field: str, *, before: object, after: object, now: object, value: object
) -> None:
    values = {} if value == now else {field: value}
    change = {field: {"from": before, "to": after}}
    assert reverse(change, {field: now}) == Reversal(values, [])


@pytest.mark.parametrize(
    ("field", "before", "after", "now"),
    [
        ("title", "old", "new", "newer"),
        ("labels", ["a"], ["A"], ["b"]),
        ("labels", ["a"], [], [f"{n}" for n in range(MAX_LABELS)]),
        ("checklist", [A], [item("a", done=True)], [item("a", "edited", done=True)]),
        ("checklist", [A], [item("a", done=True)], []),
        ("checklist", [], [A], [item("a", "edited")]),
        ("checklist", [A], [], [item(f"{n}") for n in range(MAX_ITEMS)]),
    ],
)
def test_what_has_been_changed_since_is_said_with_all_values(
    field: str, *, before: object, after: object, now: object
) -> None:
    change = {field: {"from": before, "to": after}} | {"priority": {"from": 1, "to": 2}}
    found = reverse(change, {field: now, "priority": 2})
    assert found.clashes == [Clash(field, before, after, now)]
    assert found.values == {"priority": 1}


labels = st.lists(st.sampled_from("abcdef"), unique=True)


def test_a_field_of_a_later_release_is_not_taken_back() -> None:
    found = reverse({"color": {"from": "red", "to": "blue"}}, {"title": "t"})
    assert found == Reversal({}, [Clash("color", "red", "blue", None)])


@settings(max_examples=examples(100, 10_000))
@given(before=labels, after=labels, now=labels)
def test_of_labels_each_is_taken_back_alone(
    before: list[str], after: list[str], now: list[str]
) -> None:
    values, clashes = reverse({"labels": {"from": before, "to": after}}, {"labels": now})
    assert clashes == []
    gained, lost = {*after} - {*before}, {*before} - {*after}
    left = values.get("labels", now)
    assert {*left} == ({*now} - gained) | lost
    assert len({*left}) == len(left)
    if now == after:
        assert left == before
