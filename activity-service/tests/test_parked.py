"""The command that lists and replays what was parked, as a person would run it."""

import asyncio
import json
import os
import sys

import pytest
from activity_helpers.service import Broker, event, running_service
from activity_service import parked as command
from activity_service import replay as replay_module
from activity_service.activities import COLLECTION
from activity_service.settings import Settings
from chassis.mongo import Database
from devstack.testing import eventually

WITHIN = 60.0  # seconds; other tests may run beside these


@pytest.fixture(autouse=True)
def _environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGO_URI", settings.mongo_uri.get_secret_value())
    monkeypatch.setenv("RABBITMQ_URI", settings.rabbitmq_uri.get_secret_value())


async def park(settings: Settings, broker: Broker, *bodies: bytes) -> None:
    """Let the service park them."""
    wanted = len(await broker.parked()) + len(bodies)

    async def all_parked() -> bool:
        return len(await broker.parked()) == wanted

    async with running_service(settings):
        for body in bodies:
            await broker.publish(body)
        done: bool = await eventually(all_parked, within=WITHIN)
        assert done


@pytest.fixture
async def stricter_mongo(database: Database) -> None:
    """A MongoDB that refuses titles over ten characters, until the test has it relent."""
    await database.command(
        "collMod", COLLECTION, validator={"$expr": {"$lte": [{"$strLenCP": "$taskTitle"}, 10]}}
    )


async def test_nothing_parked_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("list", "replay"):
        assert await command.main([name]) == 0
        assert capsys.readouterr().out == "Nothing is parked.\n"


async def test_the_list_says_why_what_and_since_when_and_everything_stays(
    settings: Settings, broker: Broker, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = json.dumps(event(taskId="1", changes={"\x1b[2J": 7})).encode()
    await park(settings, broker, b"\x1b[2Jnot json" + b"x" * 2000, wrong)
    for _ in range(2):
        assert await command.main(["list"]) == 0
        said = capsys.readouterr().out
        assert "not JSON: " in said
        assert "unknown shape: taskId: String should match pattern" in said
        assert "2,012 bytes" in said
        assert "key TaskCreated" in said
        assert "id strange" in said
        assert " s ago" in said
        assert "\\x1b[2Jnot jsonxxx" in said
        assert "changes.\\x1b[2J" in said
        assert "\x1b" not in said, "nothing steers the terminal"
        assert said.endswith("2 messages parked.\n")
    assert len(await broker.parked()) == 2


async def test_the_list_can_be_limited_and_shows_the_same_again(
    settings: Settings, broker: Broker, capsys: pytest.CaptureFixture[str]
) -> None:
    await park(settings, broker, *(f"number {number:02}".encode() for number in range(40)))
    for limit in (2, 40, 2):
        assert await command.main(["list", "--limit", str(limit)]) == 0
        said = capsys.readouterr().out
        shown = [line.strip() for line in said.splitlines() if "  number" in line]
        assert shown == [f"number {number:02}" for number in range(limit)]
        more = "There are more than 2: --limit shows them.\n"
        assert said.endswith(more if limit == 2 else "40 messages parked.\n")


@pytest.mark.usefixtures("stricter_mongo")
async def test_a_replay_says_how_many_were_accepted_and_how_many_parked_again(
    settings: Settings,
    broker: Broker,
    database: Database,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replay_module, "OUTCOME_TIMEOUT", WITHIN)
    monkeypatch.setattr(replay_module, "CHUNK", 2)
    curable = [event(taskTitle="too long for a while") for _ in range(3)]
    bodies = [json.dumps(message).encode() for message in curable]
    await park(settings, broker, bodies[0], b"hopeless", bodies[1], bodies[2], b"hopeless too")
    await database.command("collMod", COLLECTION, validator={})
    async with running_service(settings):
        assert await command.main(["replay"]) == 0
    said = capsys.readouterr()
    assert said.out == "5 messages replayed: 3 accepted, 2 parked again, 0 not yet known.\n"
    assert said.err.splitlines()[-1] == "5 of 5 moved back to the queue"
    assert len(said.err.splitlines()) == 3
    assert set(await database[COLLECTION].distinct("_id")) == {m["eventId"] for m in curable}
    parked = await broker.parked()
    assert {message.body for message in parked} == {b"hopeless", b"hopeless too"}
    assert {message.exchange for message in parked} == {"task_events"}


@pytest.mark.usefixtures("stricter_mongo")
async def test_a_replay_can_be_limited_and_a_second_one_goes_on(
    settings: Settings,
    broker: Broker,
    database: Database,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replay_module, "OUTCOME_TIMEOUT", WITHIN)
    curable = [event(taskTitle="too long for a while") for _ in range(3)]
    await park(settings, broker, *[json.dumps(message).encode() for message in curable])
    await database.command("collMod", COLLECTION, validator={})
    async with running_service(settings):
        assert await command.main(["replay", "--limit", "2"]) == 0
        assert capsys.readouterr().out.startswith("2 messages replayed: 2 accepted, 0 parked")
        assert len(await broker.parked()) == 1
        assert await command.main(["replay"]) == 0
        assert capsys.readouterr().out.startswith("1 message replayed: 1 accepted, 0 parked")
    assert await database[COLLECTION].count_documents({}) == 3
    assert await broker.parked() == []


async def test_a_replay_does_not_count_what_it_left_alone(
    settings: Settings,
    broker: Broker,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replay_module, "OUTCOME_TIMEOUT", WITHIN)
    await park(settings, broker, b"hopeless", b"hopeless", b"hopeless")
    async with running_service(settings):
        assert await command.main(["replay", "--limit", "1"]) == 0
    assert "1 message replayed: 0 accepted, 1 parked again, 0 not" in capsys.readouterr().out
    assert len(await broker.parked()) == 3


async def test_a_replay_of_some_of_many_knows_which_it_has_moved(
    settings: Settings,
    broker: Broker,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The broker need not hand out the messages in the order in which they were looked at."""
    monkeypatch.setattr(replay_module, "OUTCOME_TIMEOUT", WITHIN)
    await park(settings, broker, *(f"hopeless {number}".encode() for number in range(50)))
    async with running_service(settings):
        assert await command.main(["replay", "--limit", "3"]) == 0
    assert "3 messages replayed: 0 accepted, 3 parked again, 0 not" in capsys.readouterr().out


async def test_without_the_service_replayed_messages_wait_in_the_queue(
    settings: Settings,
    broker: Broker,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replay_module, "OUTCOME_TIMEOUT", 0.0)
    await park(settings, broker, b"hopeless")
    assert await command.main(["replay"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("1 message replayed: 0 accepted, 0 parked again, 1 not yet known.\n")
    assert "waits in the queue" in said
    assert await broker.waiting() == 1


async def test_a_reader_that_has_seen_enough_is_no_fault_of_the_broker(
    settings: Settings, broker: Broker
) -> None:
    await park(settings, broker, b"not json")
    read_end, write_end = os.pipe()
    os.close(read_end)
    run = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "activity_service.parked", "list"),
        env=os.environ,
        stdout=write_end,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(write_end)
    _, said = await run.communicate()
    assert (run.returncode, said) == (0, b"")


async def test_it_runs_as_a_module_and_prints_nothing_but_its_answer(settings: Settings) -> None:
    env = {
        "PATH": os.environ["PATH"],
        "MONGO_URI": settings.mongo_uri.get_secret_value(),
        "RABBITMQ_URI": settings.rabbitmq_uri.get_secret_value(),
    }
    run = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "activity_service.parked", "list"),
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await run.communicate()
    assert (run.returncode, said) == (0, b"Nothing is parked.\n")
