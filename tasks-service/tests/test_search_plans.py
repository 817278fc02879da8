"""What MongoDB reads for a filtered or sorted list: the index of one user's tasks, and the page."""

import secrets
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from bson import ObjectId
from chassis.mongo import Database, Document, ensure_indexes, open_mongo
from devstack.shared import Run
from tasks_helpers.listing import document, facets_of, listing_of
from tasks_helpers.service import profiled
from tasks_service.collection import INDEXES
from tasks_service.derived import with_derived
from tasks_service.filters import Filters
from tasks_service.sorts import Sort, SortName

pytestmark = pytest.mark.asyncio(loop_scope="session")

USER = str(ObjectId())
OWN = 60
PAGE = 10
KEYS_TO_SPARE = 10  # of seeking to the ends of a range


@pytest.fixture(scope="module")
def crowded_uri(devstack_run: Run) -> str:
    return devstack_run.mongo().database_uri(f"test_crowded_{secrets.token_hex(6)}")


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def crowded(crowded_uri: str) -> AsyncIterator[Database]:
    """A database of their own in which other users, and the deleted, are the many."""
    async with open_mongo(crowded_uri, {}) as database:
        await ensure_indexes(database, INDEXES)
        tasks = [document(number, user=str(ObjectId())) for number in range(400)]
        tasks += [document(number, user=USER, deleted=True) for number in range(100)]
        tasks += [
            document(
                number,
                user=USER,
                title=f"Oil {number}",
                labels=["errand"],
                due={"date": "2000-01-01"} if number % 2 else None,
            )
            for number in range(OWN)
        ]
        await database["tasks"].insert_many(with_derived(task) for task in tasks)
        yield database


def check_plans(operations: list[Document], *, page: int) -> None:
    """Only the page's documents are read, and no keys but those of the user's own tasks."""
    examined = 0
    for operation in operations:
        assert operation["planSummary"].startswith(("IXSCAN", "COUNT_SCAN", "IDHACK")), operation
        assert operation["keysExamined"] <= OWN + KEYS_TO_SPARE
        examined += operation["docsExamined"]
    assert examined == page


@pytest.mark.parametrize(
    "filters",
    [
        Filters(statuses=("s",)),
        Filters(lists=("",)),
        Filters(labels=("errand",)),
        Filters(priorities=(0, 1)),
        Filters(done=False),
        Filters(words=("oil", "i")),
        Filters(due="overdue"),
        Filters(due="none"),
        Filters(due=("1999-01-01", "2000-12-31")),
        Filters(due="overdue", labels=("errand",), words=("oil",)),
    ],
)
async def test_a_filter_is_decided_by_the_index(crowded: Database, filters: Filters) -> None:
    async with profiled(crowded) as operations:
        page = await listing_of(crowded).page(USER, filters, limit=PAGE)
    assert len(page.tasks) == PAGE
    check_plans(operations, page=PAGE)
    assert not any(operation.get("hasSortStage") for operation in operations)


@pytest.mark.parametrize(
    "filters", [Filters(due="today"), Filters(due="upcoming"), Filters(trash=True, words=("x",))]
)
async def test_what_nothing_matches_reads_no_document(crowded: Database, filters: Filters) -> None:
    async with profiled(crowded) as operations:
        page = await listing_of(crowded).page(USER, filters, limit=PAGE)
    assert page.tasks == []
    assert sum(operation["docsExamined"] for operation in operations) == 0


SORTS: list[SortName] = ["updated", "due", "priority", "title", "rank"]
ERRANDS = Filters(labels=("errand",))


@pytest.mark.parametrize("filters", [Filters(), ERRANDS])
@pytest.mark.parametrize("sort", SORTS)
async def test_of_many_tasks_the_index_of_the_order_gives_the_page(
    crowded: Database, sort: SortName, filters: Filters
) -> None:
    listing = listing_of(crowded, few=PAGE)
    async with profiled(crowded) as operations:
        first = await listing.page(USER, filters, Sort.of(sort, None), limit=PAGE)
        await listing.page(USER, filters, Sort.of(sort, None), limit=PAGE, cursor=first.next_cursor)
    check_plans(operations, page=2 * (PAGE + 1))
    assert not any(operation.get("hasSortStage") for operation in operations)


@pytest.mark.parametrize("sort", SORTS)
async def test_few_tasks_are_read_and_sorted(crowded: Database, sort: SortName) -> None:
    async with profiled(crowded) as operations:
        page = await listing_of(crowded).page(USER, ERRANDS, Sort.of(sort, None), limit=PAGE)
    assert len(page.tasks) == PAGE
    parts = 2 if sort == "due" else 1
    assert sum(operation["docsExamined"] for operation in operations) <= parts * OWN
    for operation in operations:
        assert operation["planSummary"].startswith(("IXSCAN", "COUNT_SCAN")), operation


async def test_a_filtered_list_walks_over_the_index_once(crowded: Database) -> None:
    async with profiled(crowded) as operations:
        page = await listing_of(crowded).page(USER, ERRANDS, limit=PAGE)
    assert page.total_tasks == OWN
    walks = [one for one in operations if "derived.tags" in one["planSummary"]]
    assert sum(walk["keysExamined"] for walk in walks) <= OWN + KEYS_TO_SPARE


async def test_facets_read_the_index_alone(crowded: Database) -> None:
    async with profiled(crowded) as operations:
        facets = await facets_of(crowded).read(USER, "UTC")
    assert (facets.due.overdue, facets.due.none, facets.trash) == (OWN // 2, OWN // 2, 100)
    own = [
        operation for operation in operations if operation["keysExamined"] <= OWN + KEYS_TO_SPARE
    ]
    check_plans(own, page=0)
    [trash] = [operation for operation in operations if operation not in own]
    assert trash["planSummary"].startswith("COUNT_SCAN")


async def test_with_a_snapshot_only_recent_changes_and_the_page_are_read(crowded: Database) -> None:
    listing = listing_of(crowded, fewest=1)
    await listing.page(USER, ERRANDS, limit=PAGE)
    async with profiled(crowded) as operations:
        page = await listing.page(USER, ERRANDS, Sort.of("title", None), limit=PAGE)
    assert page.total_tasks == OWN
    [recent] = [one for one in operations if "changed" in one["planSummary"]]
    assert recent["docsExamined"] == 0
    assert all("IXSCAN" in one["planSummary"] for one in operations)
    assert sum(one["docsExamined"] for one in operations) == PAGE
