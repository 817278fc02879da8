"""Changes that meet: every one is accepted, refused or tried again, and none is lost."""

import asyncio
from collections.abc import Iterator

import httpx2
import pytest
from bson import ObjectId
from chassis.errors import NotFound, PreconditionFailed, Unavailable
from chassis.mongo import Database, Document
from tasks_helpers.service import create
from tasks_helpers.tasks import NEW, USER, patience, replica_of, stored
from tasks_service import task_writes
from tasks_service.preconditions import IfMatch
from tasks_service.schemas import StoredTask, Task, TaskPatch
from tasks_service.tasks import Tasks

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def patient() -> Iterator[None]:
    with patience():
        yield


@pytest.mark.usefixtures("patient")
async def test_parallel_updates_without_a_condition_are_all_accepted(
    client: httpx2.AsyncClient, database: Database
) -> None:
    task = await create(client)
    path = f"/api/tasks/{task['_id']}"
    answers = await asyncio.gather(
        *(client.patch(path, json={"title": f"title {number}"}) for number in range(50))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["task"]["version"] for answer in answers} == set(range(2, 52))
    document = await stored(database, task["_id"])
    assert document["version"] == 51
    assert [event["version"] for event in document["events"]] == list(range(1, 52))
    # Each event says what its predecessor left behind: no update was lost in between.
    titles = [event["changes"]["title"] for event in document["events"][1:]]
    assert [change["from"] for change in titles[1:]] == [change["to"] for change in titles[:-1]]


@pytest.mark.usefixtures("patient")
async def test_parallel_updates_through_two_replicas_are_all_accepted(
    tasks: Tasks, database: Database
) -> None:
    other = replica_of(database)
    task, _ = await tasks.create(USER, NEW)
    changed = await asyncio.gather(
        *(
            replica.update(USER, ObjectId(task.id), TaskPatch(title=f"{number} {name}"), None)
            for number in range(15)
            for name, replica in (("a", tasks), ("b", other))
        )
    )
    assert {after.task.version for after in changed} == set(range(2, 32))
    events = (await stored(database, task.id))["events"]
    assert [event["version"] for event in events] == list(range(1, 32))


async def test_a_change_waits_for_the_others_for_a_bounded_time(
    tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_writes, "LONGEST_WAIT", 0.0)
    task, _ = await tasks.create(USER, NEW)
    async with tasks.writes._locks.hold(ObjectId(task.id)):
        with pytest.raises(Unavailable):
            await tasks.update(USER, ObjectId(task.id), TaskPatch(title="Mine"), None)


@pytest.mark.usefixtures("patient")
async def test_parallel_updates_of_different_fields_keep_each_other(
    client: httpx2.AsyncClient,
) -> None:
    task = await create(client)
    path = f"/api/tasks/{task['_id']}"
    fields = {"title": "new title", "description": "new description", "status": "new status"}
    await asyncio.gather(
        *(client.patch(path, json={name: value}) for name, value in fields.items())
    )
    changed = (await client.get(path)).json()["task"]
    assert {name: changed[name] for name in fields} == fields


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_of_parallel_changes_with_one_etag_exactly_one_is_accepted(
    client: httpx2.AsyncClient, database: Database, method: str
) -> None:
    task = await create(client)
    body = {"title": "mine"} if method == "PATCH" else None
    answers = await asyncio.gather(
        *(
            client.request(
                method, f"/api/tasks/{task['_id']}", json=body, headers={"if-match": '"1"'}
            )
            for _ in range(20)
        )
    )
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200] + [412 if method == "PATCH" else 404] * 19
    assert len((await stored(database, task["_id"]))["events"]) == 2


@pytest.mark.usefixtures("patient")
async def test_of_parallel_deletes_exactly_one_is_accepted(
    client: httpx2.AsyncClient, database: Database
) -> None:
    task = await create(client)
    path = f"/api/tasks/{task['_id']}"
    answers = await asyncio.gather(*(client.delete(path) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [404] * 19
    types = [event["type"] for event in (await stored(database, task["_id"]))["events"]]
    assert types == ["TaskCreated", "TaskDeleted"]


async def change_behind_its_back(
    tasks: Tasks, database: Database, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let another replica change the task between the next read and the write that follows it."""
    replace = tasks.writes._replace

    async def interrupted(before: StoredTask, after: StoredTask, event: Document) -> bool:
        monkeypatch.setattr(tasks.writes, "_replace", replace)
        await replica_of(database).update(
            USER, ObjectId(task.id), TaskPatch(status="Changed"), None
        )
        return await replace(before, after, event)

    monkeypatch.setattr(tasks.writes, "_replace", interrupted)


async def test_a_condition_is_checked_again_when_the_task_changes_under_the_update(
    tasks: Tasks, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, _ = await tasks.create(USER, NEW)
    await change_behind_its_back(tasks, database, task, monkeypatch)
    condition = IfMatch.parse(['"1"'])
    with pytest.raises(PreconditionFailed) as refused:
        await tasks.update(USER, ObjectId(task.id), TaskPatch(title="Mine"), condition)
    assert (refused.value.extra or {})["task"]["status"] == "Changed"
    assert refused.value.headers["etag"] == '"2"'


async def test_an_update_is_applied_to_the_result_of_the_one_before(
    tasks: Tasks, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, _ = await tasks.create(USER, NEW)
    await change_behind_its_back(tasks, database, task, monkeypatch)
    changed, _ = await tasks.update(USER, ObjectId(task.id), TaskPatch(title="Mine"), None)
    assert (changed.title, changed.status, changed.version) == ("Mine", "Changed", 3)


async def test_an_update_that_never_finds_its_version_is_503(
    tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object) -> bool:
        return False

    task, _ = await tasks.create(USER, NEW)
    monkeypatch.setattr(tasks.writes, "_replace", never)
    monkeypatch.setattr(task_writes, "MAX_ATTEMPTS", 3)
    with pytest.raises(Unavailable) as refused:
        await tasks.update(USER, ObjectId(task.id), TaskPatch(title="Mine"), None)
    assert "retry-after" in refused.value.headers


async def test_a_task_that_is_purged_meanwhile_is_not_found(
    tasks: Tasks, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, _ = await tasks.create(USER, NEW)
    replace = tasks.writes._replace

    async def too_late(before: StoredTask, after: StoredTask, event: Document) -> bool:
        await database["tasks"].delete_one({"_id": ObjectId(before.id)})
        return await replace(before, after, event)

    monkeypatch.setattr(tasks.writes, "_replace", too_late)
    with pytest.raises(NotFound):
        await tasks.update(USER, ObjectId(task.id), TaskPatch(title="x"), None)
