"""The order in which a person puts the tasks, over HTTP."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from bson import ObjectId
from chassis.mongo import Database
from tasks_helpers.listing import document
from tasks_helpers.service import Json, create
from tasks_helpers.tasks import stored
from tasks_service.rank import MAX_LENGTH

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def move(
    client: httpx2.AsyncClient, task: Json, after: Json | None, **fields: object
) -> httpx2.Response:
    place = None if after is None else after["_id"]
    return await client.patch(f"/api/tasks/{task['_id']}", json={"after": place} | fields)


async def order(client: httpx2.AsyncClient) -> list[str]:
    """The titles, from the top."""
    tasks = (await client.get("/api/tasks")).json()["tasks"]
    return [task["title"] for task in sorted(tasks, key=lambda task: str(task["rank"]))]


async def four(client: httpx2.AsyncClient) -> list[Json]:
    """Tasks that stand as a, b, c, d."""
    return [await create(client, title=title) for title in "dcba"][::-1]


async def test_the_newest_is_on_top_until_something_is_moved(client: httpx2.AsyncClient) -> None:
    a, b, _c, d = await four(client)
    assert await order(client) == ["a", "b", "c", "d"]
    assert (await move(client, a, b)).status_code == 200
    assert await order(client) == ["b", "a", "c", "d"]
    await move(client, b, d)
    assert await order(client) == ["a", "c", "d", "b"]
    await move(client, d, None)
    assert await order(client) == ["d", "a", "c", "b"]
    await create(client, title="new")
    assert await order(client) == ["new", "d", "a", "c", "b"]


async def test_a_move_is_one_version_and_one_event_also_with_other_fields(
    client: httpx2.AsyncClient, database: Database
) -> None:
    a, b, *_ = await four(client)
    answer = await move(client, a, b, title="A", status="Completed")
    changed = answer.json()["task"]
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    event = (await stored(database, a["_id"]))["events"][-1]
    assert answer.json()["eventId"] == event["eventId"]
    assert event["type"] == "TaskCompleted"
    assert event["changes"] == {
        "title": {"from": "a", "to": "A"},
        "status": {"from": "Open", "to": "Completed"},
        "rank": {"from": a["rank"], "to": changed["rank"]},
        "completedAt": {"from": None, "to": changed["completedAt"]},
    }
    assert "after" not in changed


async def test_a_move_to_where_it_is_changes_nothing(client: httpx2.AsyncClient) -> None:
    a, b, c, d = await four(client)
    for task, after in ((a, None), (b, a), (d, c)):
        answer = await move(client, task, after)
        assert answer.json() | {"msg": ""} == {"msg": "", "task": task, "eventId": None}
    # What is in the trash between them is not seen.
    await client.delete(f"/api/tasks/{b['_id']}")
    assert (await move(client, c, a)).json()["eventId"] is None
    await client.delete(f"/api/tasks/{a['_id']}")
    assert (await move(client, c, None)).json()["eventId"] is None
    renamed = (await move(client, c, None, title="C")).json()["task"]
    assert (renamed["title"], renamed["version"], renamed["rank"]) == ("C", 2, c["rank"])


async def test_a_task_in_the_trash_keeps_its_place(client: httpx2.AsyncClient) -> None:
    a, b, c, _d = await four(client)
    await client.delete(f"/api/tasks/{b['_id']}")
    await move(client, c, a, title="C")
    await move(client, a, c)
    await client.post(f"/api/tasks/{b['_id']}/restore")
    assert await order(client) == ["b", "C", "a", "d"]


async def test_a_place_behind_no_task_of_ones_own_is_a_bad_request(
    client: httpx2.AsyncClient, other_client: httpx2.AsyncClient
) -> None:
    a, b, *_ = await four(client)
    theirs = await create(other_client)
    await client.delete(f"/api/tasks/{b['_id']}")
    places: list[object] = [a["_id"], b["_id"], theirs["_id"], str(ObjectId())]
    places += ["", "x", 7, True, [a["_id"]], {"$gt": ""}]
    for place in places:
        body = {"after": place, "title": "moved"}
        answer = await client.patch(f"/api/tasks/{a['_id']}", json=body)
        assert answer.status_code == 400
        assert [fault["field"] for fault in answer.json()["errors"]] == ["after"]
    assert (await client.get(f"/api/tasks/{a['_id']}")).json()["task"] == a
    stale = {"if-match": '"7"'}
    answer = await client.patch(f"/api/tasks/{a['_id']}", json={"after": "0" * 24}, headers=stale)
    assert answer.status_code == 412


@pytest.mark.parametrize("place", [None, "0" * 24, 5])
async def test_a_new_task_is_put_nowhere(client: httpx2.AsyncClient, place: object) -> None:
    body = {"title": "t", "status": "s", "after": place}
    answer = await client.post("/api/tasks", json=body)
    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.json()["errors"]] == ["after"]


async def test_where_there_is_no_room_left_a_move_is_a_conflict(
    client: httpx2.AsyncClient, database: Database
) -> None:
    a, b, c, d = await four(client)
    for task, rank in ((b, "0001"), (c, "0001" + "0" * (MAX_LENGTH - 5) + "1")):
        at = {"_id": ObjectId(task["_id"])}
        await database["tasks"].update_one(at, {"$set": {"rank": rank}})
    answer = await move(client, a, b)
    assert answer.status_code == 409
    assert answer.json()["message"] == "There is no more room between these two tasks"
    # One of the two can be put anew.
    await move(client, c, d)
    await move(client, a, b)
    assert await order(client) == ["b", "a", "d", "c"]


async def test_tasks_of_the_last_release_stand_by_their_age_and_can_be_moved(
    client: httpx2.AsyncClient, database: Database, user_id: str
) -> None:
    titles = "abcdef"
    older = [document(-n, user=user_id, title=title) for n, title in enumerate(titles)]
    odd = document(0, user=user_id, title="odd", createdAt="yesterday")
    await database["tasks"].insert_many([*older, odd])
    assert await order(client) == [*titles]
    a, _b, c, d, *_ = (await client.get("/api/tasks")).json()["tasks"]
    moved = await move(client, a, c)
    assert moved.status_code == 200
    event = (await stored(database, a["_id"]))["events"][-1]
    assert event["changes"] == {"rank": {"from": a["rank"], "to": moved.json()["task"]["rank"]}}
    assert await order(client) == ["b", "c", "a", "d", "e", "f"]
    # The service stored what it had told before, and that is no change.
    kept = await stored(database, d["_id"])
    assert (kept["rank"], kept["version"]) == (d["rank"], 1)


async def test_the_top_is_the_top_also_when_a_clock_is_ahead(
    client: httpx2.AsyncClient, database: Database, user_id: str
) -> None:
    ahead = datetime.now(UTC) + timedelta(days=1)
    millis = int((ahead - datetime(2026, 11, 22, 12, tzinfo=UTC)).total_seconds() * 1000)
    await database["tasks"].insert_one(document(millis, user=user_id, title="ahead"))
    task = await create(client, title="mine")
    await move(client, task, None)
    assert await order(client) == ["mine", "ahead"]
