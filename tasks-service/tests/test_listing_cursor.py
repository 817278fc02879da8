"""Reading on by the cursor."""

import httpx2
import pytest
from bson import ObjectId
from chassis.mongo import Database
from devstack.testing import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from tasks_helpers.listing import document, get, listing_of
from tasks_helpers.service import create

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("cursor", ["", "x", "é", "%00", "null", "A" * 54, "=" * 8, "a" * 9999])
async def test_an_invented_cursor_is_a_bad_request(client: httpx2.AsyncClient, cursor: str) -> None:
    answer = await client.get(f"/api/tasks?cursor={cursor}")
    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.json()["errors"]] == ["cursor"]


async def test_a_changed_cursor_is_a_bad_request(client: httpx2.AsyncClient) -> None:
    for _ in range(3):
        await create(client)
    cursor = (await get(client, "?limit=1"))["nextCursor"]
    for at in range(len(cursor)):
        changed = cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :]
        answer = await client.get(f"/api/tasks?cursor={changed}")
        assert answer.status_code == 400, changed


async def test_a_cursor_continues_after_its_page_and_page_does_not_count(
    client: httpx2.AsyncClient,
) -> None:
    created = [await create(client) for _ in range(5)]
    page = await get(client, "?page=1&limit=2")
    assert page["tasks"] == created[:2:-1]
    rest = await get(client, f"?page=1&limit=2&cursor={page['nextCursor']}")
    assert rest["tasks"] == created[2:0:-1]
    assert rest["totalTasks"] == 5
    last = await get(client, f"?limit=2&cursor={rest['nextCursor']}")
    assert (last["tasks"], last["nextCursor"]) == (created[:1], None)


FILTERED = "?limit=1&status=open&tz=UTC"


@pytest.mark.parametrize(
    "other",
    [
        "?limit=1",
        "?limit=1&status=open&done=false",
        "?limit=1&status=open&status=closed",
        "?limit=1&status=open&q=l",
        "?limit=1&status=open&sort=title",
        "?limit=1&status=open&order=asc",
        "?limit=1&status=open&tz=Europe/Rome",
        "?limit=1&status=open&trash=true",
    ],
)
async def test_a_cursor_of_another_list_is_a_bad_request(
    client: httpx2.AsyncClient, other: str
) -> None:
    for _ in range(2):
        await create(client)
    cursor = (await get(client, FILTERED))["nextCursor"]
    answer = await client.get(f"/api/tasks{other}&cursor={cursor}")
    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.json()["errors"]] == ["cursor"]


@pytest.mark.parametrize(
    "same",
    [
        "?limit=2&status=open",
        "?limit=1&status=OPEN&order=desc",
        "?status=open&status=Open&sort=created&page=7",
    ],
)
async def test_a_cursor_goes_on_with_another_limit(client: httpx2.AsyncClient, same: str) -> None:
    created = [await create(client) for _ in range(2)]
    cursor = (await get(client, FILTERED))["nextCursor"]
    assert (await get(client, f"{same}&cursor={cursor}"))["tasks"] == created[:1]


async def test_the_cursor_of_another_user_is_a_bad_request(
    client: httpx2.AsyncClient, other_client: httpx2.AsyncClient
) -> None:
    for _ in range(3):
        await create(other_client)
    cursor = (await get(other_client, "?limit=1"))["nextCursor"]
    assert (await client.get(f"/api/tasks?cursor={cursor}")).status_code == 400


@settings(max_examples=examples(12, 1000), deadline=None)
@given(data=st.data())
async def test_a_cursor_shows_every_task_once_whatever_is_added_and_deleted_meanwhile(
    database: Database, data: st.DataObject
) -> None:
    # Few distinct milliseconds, so that many tasks are equally old.
    moments = data.draw(st.lists(st.integers(0, 5), max_size=30))
    limit = data.draw(st.integers(1, 7))
    user = str(ObjectId())  # a list of its own for every example
    there = [document(millis, user=user) for millis in moments]
    if there:
        await database["tasks"].insert_many(there)
    listing = listing_of(database)
    seen: list[str] = []
    deleted: set[str] = set()
    cursor: str | None = None
    while True:
        page = await listing.page(user, page=1, limit=limit, cursor=cursor)
        seen += [task.id for task in page.tasks]
        cursor = page.next_cursor
        if cursor is None:
            break
        assert len(page.tasks) == limit
        newer = data.draw(st.integers(6, 9))  # what is created is newer than what was read
        await database["tasks"].insert_one(document(newer, user=user))
        if data.draw(st.booleans()):
            gone = data.draw(st.sampled_from(there))
            await database["tasks"].update_one({"_id": gone["_id"]}, {"$set": {"deleted": True}})
            deleted.add(str(gone["_id"]))
    expected = sorted(there, key=lambda task: (task["createdAt"], task["_id"]), reverse=True)
    order = [str(task["_id"]) for task in expected]
    assert len(seen) == len(set(seen))
    assert [one for one in order if one in seen] == seen
    assert set(order) - set(seen) <= deleted
