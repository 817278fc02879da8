import asyncio
import sys
from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId
from chassis.mongo import Database, Document
from chassis.publisher import Publisher, PublishFailed
from chassis.rabbit import RabbitConnection
from contracts.events import to_iso_millis
from tasks_helpers.inbox import Inbox
from tasks_helpers.service import NO_BROKER, SECRET
from tasks_service import replay as module
from tasks_service.app import TOPOLOGY
from tasks_service.replay import Progress, main, replay
from tasks_service.schemas import NewTask, TaskChanges
from tasks_service.tasks import Tasks

USER = str(ObjectId())
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def task_with_events_at(own: Database, *times: datetime, sent: int | None = None) -> str:
    """A task with an event at each time, of which the first `sent` (all) have been sent."""
    tasks = Tasks(own, retention=timedelta(days=3650), on_change=lambda: None)
    task = await tasks.create(USER, NewTask(title="t", status="s"))
    for number in range(1, len(times)):
        await tasks.update(USER, ObjectId(task.id), TaskChanges(title=f"{number}"), None)
    values: Document = {f"events.{number}.timestamp": time for number, time in enumerate(times)}
    values |= {"updatedAt": times[-1], "sentVersion": len(times) if sent is None else sent}
    await own["tasks"].update_one({"_id": ObjectId(task.id)}, {"$set": values})
    return task.id


async def run(
    own: Database, rabbitmq_uri: str, since: datetime, until: datetime | None = None
) -> Progress:
    progress = Progress()
    async with RabbitConnection(rabbitmq_uri, name="test", topology=TOPOLOGY) as rabbit:
        await rabbit.wait_until_up()
        async for progress in replay(own, Publisher(rabbit), since, until):  # noqa: B007
            pass
    return progress


async def test_every_event_since_then_is_sent_again_as_it_was(
    own: Database, rabbitmq_uri: str, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE_TASKS", 2)
    tasks = [await task_with_events_at(own, NOON, NOON + HOUR, NOON + 2 * HOUR) for _ in range(5)]
    await task_with_events_at(own, NOON - HOUR)
    progress = await run(own, rabbitmq_uri, NOON + HOUR)
    assert (progress.tasks, progress.events, progress.broken) == (5, 10, 0)
    messages = await inbox.received(10)
    assert len(messages) == 10
    stored = {
        event["eventId"]: event["version"]
        async for task in own["tasks"].find()
        for event in task["events"]
    }
    for task_id in tasks:
        events = [one.event for one in messages if one.event.task_id == task_id]
        assert [event.version for event in events] == [2, 3]
        assert [stored[event.event_id] for event in events] == [2, 3]


async def test_the_beginning_is_included_and_the_end_is_not(
    own: Database, rabbitmq_uri: str, inbox: Inbox
) -> None:
    await task_with_events_at(own, NOON, NOON + HOUR, NOON + 2 * HOUR)
    assert (await run(own, rabbitmq_uri, NOON, NOON + 2 * HOUR)).events == 2
    assert [one.event.version for one in await inbox.received(2)] == [1, 2]


async def test_the_events_of_deleted_tasks_are_replayed_too(
    own: Database, rabbitmq_uri: str, inbox: Inbox
) -> None:
    tasks = Tasks(own, retention=timedelta(days=7), on_change=lambda: None)
    task = await tasks.create(USER, NewTask(title="t", status="s"))
    await tasks.delete(USER, ObjectId(task.id), None)
    await own["tasks"].update_one({}, {"$set": {"sentVersion": 2}})
    await run(own, rabbitmq_uri, datetime.now(UTC) - HOUR)
    types = [one.event.type for one in await inbox.received(2)]
    assert types == ["TaskCreated", "TaskDeleted"]


async def test_what_has_not_been_sent_is_left_to_the_relay(
    own: Database, rabbitmq_uri: str, inbox: Inbox
) -> None:
    await task_with_events_at(own, NOON, NOON + HOUR, NOON + HOUR, sent=1)
    assert (await run(own, rabbitmq_uri, NOON - HOUR)).events == 1
    await inbox.fetch()
    assert [one.event.version for one in inbox.messages] == [1]


async def test_a_document_that_is_no_event_is_counted_and_left_out(
    own: Database, rabbitmq_uri: str, inbox: Inbox
) -> None:
    bad = await task_with_events_at(own, NOON, NOON)
    broken = {"$set": {"events.0.type": "TaskExploded"}}
    await own["tasks"].update_one({"_id": ObjectId(bad)}, broken)
    await task_with_events_at(own, NOON)
    progress = await run(own, rabbitmq_uri, NOON)
    assert (progress.events, progress.broken) == (2, 1)
    await inbox.received(2)


async def test_it_stops_at_what_is_not_confirmed(own: Database, rabbitmq_uri: str) -> None:
    await task_with_events_at(own, NOON)
    with pytest.raises(PublishFailed):  # no queue takes it
        await run(own, rabbitmq_uri, NOON)


async def command(mongo_uri: str, rabbitmq_uri: str, *arguments: str) -> tuple[int, str, str]:
    """The exit status, standard output and standard error of the real command."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tasks_service.replay",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"MONGO_URI": mongo_uri, "RABBITMQ_URI": rabbitmq_uri, "INTERNAL_SECRET": SECRET},
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def test_the_command_says_what_it_has_done(
    own: Database, mongo_uri: str, rabbitmq_uri: str, inbox: Inbox
) -> None:
    await task_with_events_at(own, NOON, NOON + HOUR)
    since = ["--since", to_iso_millis(NOON)]
    assert await command(mongo_uri, rabbitmq_uri, *since) == (
        0,
        "Replayed 2 events of 1 tasks, 2026-11-22T12:00:00.000Z to now\n",
        "",
    )
    await inbox.received(2)


async def test_the_command_says_why_it_failed(
    own: Database, mongo_uri: str, rabbitmq_uri: str
) -> None:
    await task_with_events_at(own, NOON)
    status, out, err = await command(mongo_uri, rabbitmq_uri, "--since", "2026-11-22T12:00:00Z")
    assert (status, out) == (1, "")
    assert "nothing takes" in err
    assert "run it again" in err


async def test_the_command_does_not_wait_for_ever_for_a_broker(
    mongo_uri: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"MONGO_URI": mongo_uri, "RABBITMQ_URI": NO_BROKER}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(module, "CONNECT_TIMEOUT", 0.1)
    monkeypatch.setattr(module, "configure_logs", lambda *_, **__: None)  # they outlive the test
    assert await asyncio.to_thread(main, ["--since", "2026-11-22T12:00:00Z"]) == 1
    assert "RABBITMQ_URI" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--since", "yesterday"],
        ["--since", "2026-11-22T12:00:00"],
        ["--since", "2026-11-22T12:00:00Z", "--until", "2026-11-22T12:00:00Z"],
    ],
)
def test_wrong_arguments_are_explained(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "--since" in capsys.readouterr().err


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"])
@pytest.mark.parametrize("name", ["--since", "--until"])
def test_a_time_that_is_none_in_utc_is_explained(
    name: str, time: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--since", "2026-11-22T12:00:00Z", name, time])
    assert ended.value.code == 2
    [sentence] = [line for line in capsys.readouterr().err.splitlines() if "error:" in line]
    assert f"argument {name}: '{time}' is not between the years 1 and 9999 in UTC" in sentence


def test_the_help_tells_what_it_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    assert "2026-11-22T12:00:00Z" in shown
    assert "EVENT_RETENTION_DAYS" in shown
