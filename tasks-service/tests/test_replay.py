"""Marking events as unsent, beside a relay at work."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId
from chassis.mongo import Database
from contracts.events import TaskEvent, to_iso_millis
from tasks_helpers.inbox import Inbox
from tasks_helpers.relay import RETENTION, Replica, versions, wait_until_all_sent
from tasks_helpers.service import SECRET
from tasks_helpers.tasks import USER, stored
from tasks_service.events import MAX_SENT
from tasks_service.replay import Marked, main, mark_unsent

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LONG = timedelta(days=36_500)


async def sent_task(replica: Replica, own: Database, *times: datetime) -> ObjectId:
    """A task with a sent event at each time."""
    task_id = await replica.create()
    for number in range(1, len(times)):
        await replica.rename(task_id, f"{number}")
    await replica.send_once()
    values = {f"events.{number}.timestamp": time for number, time in enumerate(times)}
    moments = {"updatedAt": times[-1], "createdAt": times[0]}
    await own["tasks"].update_one({"_id": task_id}, {"$set": values | moments})
    return task_id


async def test_the_relay_sends_every_event_since_then_again_as_it_was(
    replica: Replica, own: Database, inbox: Inbox
) -> None:
    tasks = [await sent_task(replica, own, NOON, NOON + HOUR, NOON + HOUR) for _ in range(3)]
    await own["tasks"].update_one({"_id": tasks[0]}, {"$unset": {"updatedAt": ""}})
    await sent_task(replica, own, NOON - HOUR)
    before = {message.event.event_id for message in await inbox.received(10)}
    inbox.messages.clear()

    marked = await mark_unsent(own, NOON + HOUR, retention=LONG)

    assert marked == Marked(tasks=3, events=6, missing=0)
    await replica.send_once()
    messages = await inbox.received(6)
    assert {message.event.event_id for message in messages} < before
    assert [versions(inbox, task_id) for task_id in tasks] == [[2, 3]] * 3
    await wait_until_all_sent(own)
    assert await mark_unsent(own, NOON + 2 * HOUR, retention=LONG) == Marked(0, 0, 0)


async def test_a_deleted_task_stays_until_its_events_are_sent_again(
    replica: Replica, own: Database, inbox: Inbox
) -> None:
    task_id = await replica.create()
    await replica.tasks.delete(USER, task_id, None)
    await replica.send_once()
    await mark_unsent(own, datetime.now(UTC) - HOUR, retention=LONG)
    marked = await own["tasks"].find_one({"_id": task_id})
    assert marked is not None
    assert "expiresAt" not in marked
    await replica.send_once()
    types = [message.event.type for message in await inbox.received(4)]
    assert types == ["TaskCreated", "TaskDeleted"] * 2
    assert await own["tasks"].count_documents({"expiresAt": {"$exists": True}}) == 1


@pytest.mark.usefixtures("inbox")
async def test_what_waits_already_is_not_counted_and_keeps_its_place(
    replica: Replica, own: Database
) -> None:
    task_id = await sent_task(replica, own, NOON)
    await replica.rename(task_id, "waits")
    waiting = await own["tasks"].find_one({"_id": task_id})
    assert await mark_unsent(own, NOON + HOUR, retention=LONG) == Marked(0, 0, 0)
    assert await own["tasks"].find_one({"_id": task_id}) == waiting
    assert await mark_unsent(own, NOON, retention=LONG) == Marked(1, 1, 0)
    marked = await own["tasks"].find_one({"_id": task_id})
    assert waiting is not None
    assert marked is not None
    assert marked["unsentSince"] == waiting["unsentSince"]


async def test_a_relay_that_was_sending_meanwhile_does_not_undo_the_mark(
    replica: Replica, own: Database, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = await sent_task(replica, own, NOON, NOON)
    await replica.rename(task_id, "under way")
    publish = replica.relay._publish

    async def publish_and_mark(event: TaskEvent) -> None:
        await publish(event)
        monkeypatch.setattr(replica.relay, "_publish", publish)
        await mark_unsent(own, NOON, retention=LONG)

    monkeypatch.setattr(replica.relay, "_publish", publish_and_mark)
    await replica.send_once()
    await inbox.received(6)
    assert versions(inbox, task_id) == [1, 2, 3, 1, 2, 3]
    await wait_until_all_sent(own)


@pytest.mark.usefixtures("inbox")
async def test_versions_that_were_trimmed_by_number_are_missing(
    replica: Replica, own: Database
) -> None:
    task_id = await replica.create()
    [event] = (await stored(own, task_id))["events"]
    total = MAX_SENT + 50
    events = [event | {"version": version} for version in range(1, total + 1)]
    sent = {"events": events, "version": total, "sentVersion": total}
    await own["tasks"].update_one({"_id": task_id}, {"$set": sent})
    await replica.rename(task_id, "trims them")
    await replica.send_once()
    marked = await mark_unsent(own, datetime.now(UTC) - HOUR, retention=LONG)
    assert marked == Marked(tasks=1, events=MAX_SENT + 1, missing=50)


@pytest.mark.usefixtures("inbox")
async def test_versions_that_were_trimmed_by_age_are_missing_if_they_were_asked_for(
    replica: Replica, own: Database
) -> None:
    now = datetime.now(UTC)
    task_id = await sent_task(replica, own, *[now - 2 * RETENTION] * 4)
    await replica.rename(task_id, "trims them")
    await replica.send_once()
    asked_for_all = await mark_unsent(own, now - 3 * RETENTION, retention=RETENTION)
    assert asked_for_all.missing == 4
    asked_for_the_last = await mark_unsent(own, now - HOUR, retention=RETENTION)
    assert asked_for_the_last.missing == 0


async def test_versions_that_a_large_task_dropped_are_missing_if_they_may_have_been_asked_for(
    own: Database,
) -> None:
    now = datetime.now(UTC)
    event = {"version": 3, "timestamp": now}
    large = {"user": USER, "updatedAt": now, "version": 3, "sentVersion": 3, "events": [event]}
    await own["tasks"].insert_one(large | {"eventsDroppedAt": now - HOUR})
    marked = await mark_unsent(own, now - 2 * HOUR, retention=RETENTION)
    assert marked == Marked(tasks=1, events=1, missing=2)
    assert (await mark_unsent(own, now - HOUR / 2, retention=RETENTION)).missing == 0


async def test_a_document_without_events_is_not_marked(own: Database) -> None:
    since = datetime.now(UTC) - 2 * RETENTION
    await own["tasks"].insert_one({"user": USER, "updatedAt": since, "version": 3})
    assert await mark_unsent(own, since, retention=RETENTION) == Marked(0, 0, missing=3)
    assert await own["tasks"].count_documents({"unsentSince": {"$exists": True}}) == 0


async def command(mongo_uri: str, *arguments: str) -> tuple[int, str, str]:
    """The exit status, standard output and standard error of the real command."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tasks_service.replay", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"MONGO_URI": mongo_uri, "INTERNAL_SECRET": SECRET},
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


@pytest.mark.usefixtures("inbox")
async def test_the_command_says_what_it_has_marked_and_what_may_be_missing(
    replica: Replica, own: Database, mongo_uri: str
) -> None:
    await sent_task(replica, own, NOON, NOON + HOUR)
    said = "Marked 2 events of 1 tasks as unsent. tasks-service sends them while it runs.\n"
    assert await command(mongo_uri, "--since", to_iso_millis(NOON)) == (0, said, "")
    await replica.send_once()
    await own["tasks"].insert_one({"user": USER, "updatedAt": NOON - 400 * HOUR, "version": 3})
    long_ago = ["--since", "2000-01-01T00:00:00+01:00"]
    missing = "Up to 3 older versions are no longer kept and may be missing.\n"
    assert await command(mongo_uri, *long_ago) == (1, said, missing)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--since", "yesterday"],
        ["--since", "2026-11-22T12:00:00"],
        ["--since", "0001-01-01T00:00:00+05:00"],
        ["--since", "9999-12-31T23:59:59-05:00"],
    ],
)
def test_wrong_arguments_are_explained(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "--since" in capsys.readouterr().err


def test_the_help_tells_what_it_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "EVENT_RETENTION_DAYS" in capsys.readouterr().out
