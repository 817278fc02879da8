"""Facets beside a plain count over random tasks in a real store."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from bson import ObjectId
from chassis.mongo import Database, Document
from devstack.testing import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from tasks_helpers import model, random_tasks
from tasks_helpers.listing import document, facets_of
from tasks_service.facets import MAX_VALUES

pytestmark = pytest.mark.asyncio(loop_scope="session")


def counted(
    tasks: list[Document], values: Callable[[Document], list[Any]], *, without_case: bool = False
) -> dict[Any, tuple[int, int]]:
    """Open and done tasks of each value."""
    numbers: dict[Any, list[int]] = {}
    for task in tasks:
        for value in values(task):
            key = value.casefold() if without_case else value
            numbers.setdefault(key, [0, 0])[model.is_done(task)] += 1
    return {key: (open_, done) for key, (open_, done) in numbers.items()}


@settings(max_examples=examples(20, 1000), deadline=None)
@given(data=st.data())
async def test_facets_count_what_the_model_counts(indexed: Database, data: st.DataObject) -> None:
    user, tz = str(ObjectId()), data.draw(st.sampled_from(random_tasks.ZONES))
    there = data.draw(st.lists(random_tasks.tasks(user), max_size=12))
    if there:
        await indexed["tasks"].insert_many(there)
    fewest = data.draw(st.sampled_from([0, 1000]))  # with a snapshot, and without
    facets = await facets_of(indexed, fewest=fewest, now=lambda: random_tasks.NOW).read(user, tz)
    tasks = [task for task in there if not task["deleted"]]
    for shown, expected, without_case in (
        (facets.lists, counted(tasks, lambda task: [task.get("list", "")]), False),
        (
            facets.labels,
            counted(tasks, lambda task: task.get("labels", []), without_case=True),
            True,
        ),
        (facets.statuses, counted(tasks, lambda task: [task["status"]], without_case=True), True),
        (facets.priorities, counted(tasks, lambda task: [task.get("priority", 0)]), False),
    ):
        found = {
            str(one.value).casefold() if without_case else one.value: (one.open, one.done)
            for one in shown
        }
        assert found == expected
        assert len(shown) == len(found)
    due = Counter(model.due_class(task, tz) for task in tasks if not model.is_done(task))
    assert facets.due.model_dump() == {
        name: due[name] for name in ("overdue", "today", "upcoming", "none")
    }
    assert facets.trash == len(there) - len(tasks)
    assert not facets.truncated


async def test_the_most_used_come_first_and_no_more_than_the_bound(indexed: Database) -> None:
    user = str(ObjectId())
    lists = [*(f"list {number}" for number in range(MAX_VALUES)), "last", "last"]
    await indexed["tasks"].insert_many(document(0, user=user, list=name) for name in lists)
    facets = await facets_of(indexed).read(user, "UTC")
    assert (facets.lists[0].value, facets.lists[0].open) == ("last", 2)
    assert len(facets.lists) == MAX_VALUES
    assert facets.truncated


async def test_a_label_is_spelt_as_most_tasks_spell_it(indexed: Database) -> None:
    user = str(ObjectId())
    await indexed["tasks"].insert_many(
        document(0, user=user, labels=[label]) for label in ("errand", "Errand", "Errand")
    )
    [label] = (await facets_of(indexed).read(user, "UTC")).labels
    assert (label.value, label.open, label.done) == ("Errand", 3, 0)


async def test_the_route_answers_with_the_facets(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/api/tasks/facets?tz=Pacific/Auckland")
    assert answer.status_code == 200
    assert answer.json() == {
        "lists": [],
        "labels": [],
        "statuses": [],
        "priorities": [],
        "due": {"overdue": 0, "today": 0, "upcoming": 0, "none": 0},
        "trash": 0,
        "truncated": False,
    }


@pytest.mark.parametrize("query", ["?tz=America", "?tz=../../etc/passwd", "?tz=", "?tz=UTC&tz=UTC"])
async def test_an_unknown_zone_is_a_bad_request(client: httpx2.AsyncClient, query: str) -> None:
    answer = await client.get(f"/api/tasks/facets{query}")
    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.json()["errors"]] == ["tz"]
