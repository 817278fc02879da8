"""Filters, sorts and cursors beside a plain model of them, over random tasks in a real store."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from bson import ObjectId
from chassis.mongo import Database, Document
from devstack.testing import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.asynchronous.collection import AsyncCollection
from tasks_helpers import model, random_tasks
from tasks_helpers.listing import document, listing_of
from tasks_service.filter_input import Where, filters_of
from tasks_service.filters import Filters
from tasks_service.listing import Listing
from tasks_service.matching import Matching
from tasks_service.sorts import Order, Sort, SortName

pytestmark = pytest.mark.asyncio(loop_scope="session")

SORTS: list[SortName] = ["created", "updated", "due", "priority", "title", "rank"]
ORDERS: list[Order] = ["asc", "desc"]


# So many that match are sorted; of more, an index gives the page.
FEW = st.sampled_from([0, 2, 1000])
# So few tasks have a snapshot, or none has.
FEWEST = st.sampled_from([0, 1000])


async def stored_tasks(
    database: Database, data: st.DataObject, *, least: int = 0, most: int = 12
) -> tuple[str, list[Document]]:
    """A new user, and random tasks of theirs, as they are in the store."""
    user = str(ObjectId())
    tasks = data.draw(st.lists(random_tasks.tasks(user), min_size=least, max_size=most))
    if tasks:
        await database["tasks"].insert_many(tasks)
    return user, tasks


def listing_at_noon(database: Database, few: int = 1000, fewest: int = 1000) -> Listing:
    return listing_of(database, few=few, fewest=fewest, now=lambda: random_tasks.NOW)


async def read(
    listing: Listing, user: str, params: dict[str, Any], sort: Sort, limit: int
) -> list[str]:
    """The ids of all pages; each page says how many tasks there are in all."""
    filters = filters_of(Where.model_validate(params))
    ids: list[str] = []
    totals = set()
    cursor = None
    while True:
        page = await listing.page(user, filters, sort, limit=limit, cursor=cursor)
        ids += [task.id for task in page.tasks]
        totals.add(page.total_tasks)
        cursor = page.next_cursor
        if cursor is None:
            assert totals == {len(ids)}
            return ids
        assert len(page.tasks) == limit


@settings(
    max_examples=examples(40, 3000), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(data=st.data())
async def test_every_filter_and_sort_finds_what_the_model_finds(
    indexed: Database, data: st.DataObject
) -> None:
    user, there = await stored_tasks(indexed, data)
    listing = listing_at_noon(indexed, data.draw(FEW), data.draw(FEWEST))
    for _ in range(6):
        params = data.draw(random_tasks.filters())
        sort, order = data.draw(st.sampled_from(SORTS)), data.draw(st.sampled_from(ORDERS))
        found = [task for task in there if model.matches(task, params)]
        expected = model.in_order(found, sort, order)
        limit = data.draw(st.integers(1, 5))
        assert await read(listing, user, params, Sort.of(sort, order), limit) == expected


@settings(max_examples=examples(10, 300), deadline=None)
@given(data=st.data())
async def test_a_page_by_number_is_that_part_of_the_list(
    indexed: Database, data: st.DataObject
) -> None:
    user, there = await stored_tasks(indexed, data, least=1)
    params = data.draw(random_tasks.filters())
    sort, order = data.draw(st.sampled_from(SORTS)), data.draw(st.sampled_from(ORDERS))
    found = [task for task in there if model.matches(task, params)]
    expected = model.in_order(found, sort, order)
    number, limit = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 5))
    page = await listing_at_noon(indexed, data.draw(FEW), data.draw(FEWEST)).page(
        user,
        filters_of(Where.model_validate(params)),
        Sort.of(sort, order),
        page=number,
        limit=limit,
    )
    assert [task.id for task in page.tasks] == expected[(number - 1) * limit :][:limit]
    assert page.total_tasks == len(expected)
    assert (page.next_cursor is None) == (number * limit >= len(expected))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("sort", SORTS)
@settings(max_examples=examples(2, 100), deadline=None)
@given(data=st.data())
async def test_every_sort_orders_all_tasks(
    indexed: Database, sort: SortName, order: Order, data: st.DataObject
) -> None:
    user, there = await stored_tasks(indexed, data, least=10, most=15)
    found = [task for task in there if not task["deleted"]]
    ids = await read(listing_at_noon(indexed), user, {}, Sort.of(sort, order), limit=4)
    assert ids == model.in_order(found, sort, order)


@pytest.mark.parametrize("due", ["overdue", "today", "upcoming", "none"])
@settings(max_examples=examples(4, 100), deadline=None)
@given(data=st.data())
async def test_every_due_date_is_in_its_class(
    indexed: Database, due: str, data: st.DataObject
) -> None:
    user = str(ObjectId())
    there = [
        document(0, user=user, due=one)
        for one in [
            *data.draw(st.lists(random_tasks.dues, min_size=10, max_size=20)),
            *({"at": at, "tz": tz} for at in random_tasks.ENDS for tz in random_tasks.ZONES),
        ]
    ]
    await indexed["tasks"].insert_many(there)
    params = {"due": due, "tz": data.draw(st.sampled_from(random_tasks.ZONES))}
    found = [task for task in there if model.matches(task, params)]
    ids = await read(
        listing_at_noon(indexed, fewest=data.draw(FEWEST)), user, params, Sort(), limit=100
    )
    assert ids == model.in_order(found, "created", "desc")


class Interrupted(Matching):
    """After the reading of the keys, another request does something."""

    def __init__(
        self,
        listing: Listing,
        tasks: AsyncCollection[Document],
        update: Callable[[], Awaitable[Any]],
    ) -> None:
        super().__init__(tasks)
        self._update = update
        listing._matching = self

    async def keys(
        self, query: Document, sort: Sort, *, behind: str | None = None, skip: int = 0, limit: int
    ) -> list[str]:
        keys = await super().keys(query, sort, behind=behind, skip=skip, limit=limit)
        await self._update()
        return keys


@pytest.mark.parametrize("sort", ["created", "title"])
async def test_the_number_of_a_list_on_one_page_is_its_length(
    indexed: Database, sort: SortName
) -> None:
    user, tasks = str(ObjectId()), indexed["tasks"]
    await tasks.insert_many([document(0, user=user), document(0, user=user)])
    listing = listing_at_noon(indexed)
    Interrupted(listing, tasks, lambda: tasks.insert_one(document(0, user=user)))
    page = await listing.page(user, Filters(done=False), Sort.of(sort, None), limit=10)
    assert (len(page.tasks), page.total_tasks, page.next_cursor) == (2, 2, None)


@pytest.mark.parametrize("sort", ["created", "title"])
async def test_what_moves_to_the_trash_meanwhile_is_not_shown_and_hides_no_other(
    indexed: Database, sort: SortName
) -> None:
    user, tasks = str(ObjectId()), indexed["tasks"]
    there = [document(-number, user=user, title=str(number)) for number in range(5)]
    await tasks.insert_many(there)
    trashed, *others = [str(task["_id"]) for task in there]
    listing = listing_at_noon(indexed)
    Interrupted(
        listing,
        tasks,
        lambda: tasks.update_one({"_id": ObjectId(trashed)}, {"$set": {"deleted": True}}),
    )
    filters, order = Filters(done=False), Sort.of(sort, None)
    page = await listing.page(user, filters, order, limit=2)
    shown = [task.id for task in page.tasks]
    while page.next_cursor:
        page = await listing.page(user, filters, order, limit=2, cursor=page.next_cursor)
        shown += [task.id for task in page.tasks]
    assert shown == others


@settings(max_examples=examples(10, 300), deadline=None)
@given(data=st.data())
async def test_a_bulk_change_finds_what_the_list_shows(
    indexed: Database, data: st.DataObject
) -> None:
    user, there = await stored_tasks(indexed, data)
    params = data.draw(random_tasks.filters())
    found = [task for task in there if model.matches(task, params)]
    filters = filters_of(Where.model_validate(params))
    ids = await listing_at_noon(indexed).matching(user, filters, limit=5)
    assert [str(one) for one in ids] == model.in_order(found, "created", "desc")[:5]
