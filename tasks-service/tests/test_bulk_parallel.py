"""Bulk changes that meet others, or run against a limit."""

import asyncio

import pytest
from bson import ObjectId
from chassis.errors import Conflict
from chassis.mongo import Database, Document
from devstack.testing import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from tasks_helpers.bulk import Client, Write, replace_writes
from tasks_helpers.service import profiled
from tasks_helpers.tasks import USER, patience, stored
from tasks_service import bulk as module
from tasks_service.bulk_schemas import BulkAnswer
from tasks_service.events import MAX_WAITING
from tasks_service.schemas import TaskPatch

pytestmark = pytest.mark.asyncio(loop_scope="session")


def statuses(answer: BulkAnswer) -> list[int]:
    return [result.status for result in answer.results]


def assert_history_is_whole(document: Document) -> None:
    """One event for each version, each of which says what the one before left behind."""
    events = document["events"]
    assert [event["version"] for event in events] == list(range(1, document["version"] + 1))
    folded: Document = {}
    for event in events:
        for name, change in event["changes"].items():
            assert event["version"] == 1 or change["from"] == folded.get(name, change["from"])
            folded[name] = change["to"]
    assert folded.get("labels", []) == document["labels"]
    assert folded.get("priority", 0) == document["priority"]


CHANGES = st.lists(
    st.one_of(
        st.fixed_dictionaries({"set": st.fixed_dictionaries({"priority": st.integers(0, 3)})}),
        st.fixed_dictionaries({"removeLabels": st.just(["shared"])}),
        st.just({"addLabels": ["Shared"]}),
        st.just({}),
    ),
    min_size=2,
    max_size=6,
)


@settings(max_examples=examples(6, 300))
@given(changes=CHANGES, at_once=st.integers(1, 4))
async def test_of_bulk_changes_at_once_through_two_replicas_none_is_lost(
    database: Database, changes: list[Document], at_once: int
) -> None:
    replicas, user_id = (Client(database), Client(database)), str(ObjectId())
    ids = await replicas[0].create(5, user_id)
    with patience(), pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "AT_ONCE", at_once)
        answers = await asyncio.gather(
            *(
                replicas[number % 2].change(
                    ids,
                    user_id,
                    **change | {"addLabels": [f"own {number}", *change.get("addLabels", [])]},
                )
                for number, change in enumerate(changes)
            )
        )
    assert all(statuses(answer) == [200] * 5 for answer in answers)
    for place, task_id in enumerate(ids):
        document = await stored(database, task_id)
        assert {f"own {number}" for number in range(len(changes))} <= set(document["labels"])
        assert document["version"] == 1 + len(changes)
        versions = {answer.results[place].version for answer in answers}
        assert versions == set(range(2, document["version"] + 1))
        assert_history_is_whole(document)


async def test_a_task_that_was_changed_meanwhile_keeps_both_changes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, other = Client(database), Client(database)
    ids = await client.create(3)

    async def too_late(write: Write) -> None:
        await other.tasks.update(USER, ObjectId(ids[1]), TaskPatch(title="Theirs"), None)
        await write()

    replace_writes(monkeypatch, too_late, once=True)
    answer = await client.change(ids, set={"priority": 2})
    assert [result.version for result in answer.results] == [2, 3, 2]
    document = await stored(database, ids[1])
    assert (document["title"], document["priority"]) == ("Theirs", 2)
    assert_history_is_whole(document)


async def test_tasks_that_lose_every_race_are_changed_one_by_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(database)
    ids = await client.create(2)
    monkeypatch.setattr(module, "MAX_ROUNDS", 0)
    unknown = str(ObjectId())
    answer = await client.change([unknown, *ids], set={"priority": 2})
    assert [(one.status, one.version) for one in answer.results] == [
        (404, None),
        (200, 2),
        (200, 2),
    ]
    assert answer.batch_id == (await stored(database, ids[0]))["events"][-1]["batchId"]
    again = await client.change(ids, set={"priority": 2})
    assert again.batch_id is None


async def test_what_the_last_round_wrote_is_not_written_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, other = Client(database), Client(database)
    ids = await client.create(2)

    async def between_two_changes(write: Write) -> None:
        await other.change([ids[1]], set={"title": "Theirs"})
        await write()
        await other.change([ids[0]], set={"priority": 3})

    monkeypatch.setattr(module, "MAX_ROUNDS", 1)
    replace_writes(monkeypatch, between_two_changes, once=True)
    answer = await client.change(ids, set={"priority": 2})
    assert [result.version for result in answer.results] == [2, 3]
    assert (await stored(database, ids[0]))["priority"] == 3


async def test_a_task_with_too_many_events_that_wait_is_503_alone(database: Database) -> None:
    client = Client(database)
    full, few, other = await client.create(3)
    for task_id, version in (full, MAX_WAITING + 1), (few, 20):
        at = {"_id": ObjectId(task_id)}
        await database["tasks"].update_one(at, {"$set": {"version": version}})
    answer = await client.change([full, few, other], set={"priority": 2})
    assert statuses(answer) == [503, 200, 200]


async def test_of_a_bulk_restore_as_many_are_restored_as_there_is_room_for(
    database: Database, user_id: str
) -> None:
    client = Client(database, most=5)
    ids = await client.create(5, user_id)
    await client.change(ids[:4], user_id, action="delete")
    await client.create(2, user_id)
    answer = await client.change(ids[:4], user_id, action="restore")
    assert sorted(statuses(answer)) == [200, 200, 400, 400]
    again = await client.change(ids[:4], user_id, action="restore")
    assert sorted(statuses(again)) == [400, 400, 404, 404]
    with pytest.raises(Conflict) as refused:
        await client.create(1, user_id)
    assert "5" in refused.value.message
    assert await database["tasks"].count_documents({"user": user_id, "deleted": False}) == 5


@pytest.mark.asyncio(loop_scope="function")
async def test_250_tasks_are_read_100_at_a_time(own: Database) -> None:
    client = Client(own)
    ids = await client.create(250)
    async with profiled(own) as operations:
        answer = await client.change(ids, set={"priority": 2})
    assert statuses(answer) == [200] * 250
    assert len([one for one in operations if one["op"] in {"command", "query"}]) == 3
