"""Moving the events of the last release, while processes are killed, tasks change or are odd."""

import pytest
import structlog
from chassis.mongo import Database, Document
from devstack.testing import eventually
from tasks_helpers.histories import assert_history_is_whole
from tasks_helpers.inbox import Inbox
from tasks_helpers.last_release import COMPLETED_BY_LAST, CREATED, NOON, RENAMED, document, move_all
from tasks_helpers.relay import Replica
from tasks_helpers.service import profiled, serving
from tasks_helpers.tasks import stored
from tasks_service import backfill
from tasks_service.replay import ask_for_replay


async def test_killed_at_any_point_it_loses_nothing_and_goes_on(
    replica: Replica, own: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "BATCH", 2)
    tasks = [document(RENAMED | {"eventId": f"{n}"}, version=2, title="Read") for n in range(5)]
    await own["tasks"].insert_many(tasks)
    add = replica.backfill._history.add
    crashes = 0

    async def add_and_crash(events: list[Document]) -> None:
        nonlocal crashes
        crashes += 1
        await add(events[: 2 * crashes])
        raise ConnectionAbortedError

    for _ in range(2):
        monkeypatch.setattr(replica.backfill._history, "add", add_and_crash)
        with pytest.raises(ConnectionAbortedError):
            await move_all(replica)
        assert await own["tasks"].count_documents({"events": {"$exists": True}}) == 5
    monkeypatch.setattr(replica.backfill._history, "add", add)
    await move_all(replica)
    for task in tasks:
        await assert_history_is_whole(own, task["_id"])
    assert await own["task_events"].count_documents({}) == 10


async def test_a_change_meanwhile_keeps_its_event(
    replica: Replica, own: Database, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = document(CREATED, version=1, rank="a0")
    await own["tasks"].insert_one(task)
    add = replica.backfill._history.add

    async def add_beside_a_change(events: list[Document]) -> None:
        await replica.rename(task["_id"], "meanwhile")
        await add(events)

    monkeypatch.setattr(replica.backfill._history, "add", add_beside_a_change)
    await move_all(replica)
    assert [one["version"] for one in (await stored(own, task["_id"]))["events"]] == [2]
    await replica.send_once()
    assert [one.event.version for one in await inbox.received(1)] == [2]
    await assert_history_is_whole(own, task["_id"])


async def test_what_cannot_be_moved_is_said_once_and_holds_up_no_other(
    replica: Replica, own: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "BATCH", 2)
    odd: list[Document] = [
        {"events": "what is this?"},
        {"events": [{"version": 1}]},
        {"events": [CREATED], "sentVersion": 0},
        {"title": 7},
        {"user": None},
    ]
    await own["tasks"].insert_many([document(CREATED, version=1) | one for one in odd])
    good = document(CREATED | {"eventId": "good"}, version=1, rank="a0")
    await own["tasks"].insert_one(good)
    with structlog.testing.capture_logs() as lines:
        await move_all(replica)
        await move_all(replica)
    said = [line for line in lines if line["event"] == "events cannot be moved"]
    assert len({line["task"] for line in said}) == len(said) == len(odd)
    assert set(said[0]) == {"event", "log_level", "task", "reason"}
    await assert_history_is_whole(own, good["_id"])


async def test_nothing_is_read_to_see_that_there_is_nothing_to_move(
    replica: Replica, own: Database, inbox: Inbox
) -> None:
    for _ in range(20):
        await replica.create()
    await replica.send_once()
    await inbox.received(20)
    for _ in range(20):
        await replica.create()  # these wait
    async with profiled(own) as operations:
        await move_all(replica)
    assert len(operations) == 2
    for operation in operations:
        assert operation["planSummary"].startswith("IXSCAN")
        assert (operation["docsExamined"], operation["keysExamined"]) == (0, 0)


async def test_without_the_lease_nothing_is_moved(replica: Replica, own: Database) -> None:
    await own["tasks"].insert_one(document(CREATED, version=1))
    await replica.backfill.move_all(pause=0)
    assert await own["task_events"].count_documents({}) == 0


async def test_the_service_moves_them_and_a_replay_sends_them(
    own: Database, mongo_uri: str, rabbitmq_uri: str, inbox: Inbox
) -> None:
    task = document(RENAMED, COMPLETED_BY_LAST, version=3, title="Read", status="Completed")
    await own["tasks"].insert_one(task)
    await ask_for_replay(own, NOON)
    async with serving(mongo_uri, rabbitmq_uri):
        sent = await inbox.received(2)
        assert [one.event.version for one in sent] == [2, 3]

        async def moved() -> bool:
            return "events" not in await stored(own, task["_id"])

        assert await eventually(moved)
    await assert_history_is_whole(own, task["_id"])


async def test_a_version_that_nobody_can_have_reached_takes_no_longer_than_another(
    replica: Replica, own: Database
) -> None:
    odd = document(version=1) | {"version": 10**12}
    await own["tasks"].insert_one(odd)
    await move_all(replica)  # counted one by one it would take hours
    baseline = await own["task_events"].find_one({"taskId": odd["_id"]}) or {}
    assert (baseline["version"], baseline["missing"]) == (10**12, 10**12)
