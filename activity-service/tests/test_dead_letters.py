"""The command for dead letters, as a person would run it."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator

import pytest
from activity_helpers.service import Broker, event, running_service
from activity_service import dead_letters as command
from activity_service.activities import COLLECTION
from activity_service.settings import Settings
from chassis.mongo import Database
from chassis_helpers.logs import unchanged_logs
from devstack.testing import NOBODYS_PORT, eventually

WITHIN = 60.0  # seconds; other tests may run beside these


@pytest.fixture(autouse=True)
def _environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RABBITMQ_URI", settings.rabbitmq_uri.get_secret_value())


@pytest.fixture(autouse=True)
def _logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with unchanged_logs(command, monkeypatch):
        yield


async def die(settings: Settings, broker: Broker, *bodies: bytes) -> None:
    """Let the service give them up."""
    async with running_service(settings):
        for body in bodies:
            await broker.publish(body)
        await eventually(lambda: broker.has_dead_letters(len(bodies)), within=WITHIN)


async def test_the_list_says_why_what_and_since_when_and_everything_stays(
    settings: Settings, broker: Broker, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = json.dumps(event(taskId="1", changes={"\x1b[2J": 7})).encode()
    await die(settings, broker, b"\x1b[2Jnot json" + b"x" * 2000, wrong)
    for _ in range(2):
        assert await command.main(["list"]) == 0
        said = capsys.readouterr().out
        assert "not JSON: " in said
        assert "unknown shape: taskId: String should match pattern" in said
        assert "id strange, 2,012 bytes, dead for 0:0" in said
        assert "\\x1b[2Jnot jsonxxx" in said
        assert "changes.\\x1b[2J" in said
        assert "\x1b" not in said, "nothing steers the terminal"
        assert said.endswith("2 dead letters.\n")
    assert await command.main(["list", "--limit", "1"]) == 0
    assert capsys.readouterr().out.endswith("2 dead letters, 1 shown: --limit shows more.\n")
    await eventually(lambda: broker.has_dead_letters(2))


async def test_what_can_be_read_by_now_is_recorded_once_it_is_put_back(
    settings: Settings, broker: Broker, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    strict = {"$expr": {"$lte": [{"$strLenCP": "$taskTitle"}, 10]}}
    await database.command("collMod", COLLECTION, validator=strict)
    curable = [event(taskTitle="too long for a while") for _ in range(3)]
    bodies = [json.dumps(message).encode() for message in curable]
    await die(settings, broker, *bodies, b"hopeless")
    await database.command("collMod", COLLECTION, validator={})
    assert await command.main(["put-back", "--limit", "1"]) == 0
    assert capsys.readouterr().out.startswith("1 dead letter put back.")
    assert await broker.waiting() == 1
    assert await command.main(["put-back"]) == 0
    assert capsys.readouterr().out.startswith("3 dead letters put back.")
    async with running_service(settings):
        await eventually(lambda: broker.has_dead_letters(1), within=WITHIN)
        await eventually(lambda: _count(database, 3), within=WITHIN)
    assert [letter.body for letter in await broker.dead_letters()] == [b"hopeless"]


async def _count(database: Database, count: int) -> bool:
    return await database[COLLECTION].count_documents({}) == count


async def test_a_reader_that_has_seen_enough_is_no_fault(
    settings: Settings, broker: Broker
) -> None:
    await die(settings, broker, b"not json")
    read_end, write_end = os.pipe()
    os.close(read_end)
    run = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "activity_service.dead_letters", "list"),
        env=os.environ,
        stdout=write_end,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(write_end)
    _, said = await run.communicate()
    assert (run.returncode, said) == (0, b"")


@pytest.mark.usefixtures("broker")
async def test_it_runs_as_a_module_and_prints_nothing_but_its_answer() -> None:
    run = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "activity_service.dead_letters", "list"),
        env=os.environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await run.communicate()
    assert (run.returncode, said) == (0, b"0 dead letters.\n")


async def test_a_broker_that_is_away_is_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "CONNECT_TIMEOUT", 0.2)
    monkeypatch.setenv("RABBITMQ_URI", f"amqp://guest:hunter2@127.0.0.1:{NOBODYS_PORT}/")
    assert await command.main(["list"]) == 1
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert "no answer, see RABBITMQ_URI" in said.err
    assert "No message is lost" in said.err
    assert "hunter2" not in said.err + said.out


@pytest.mark.parametrize("arguments", [[], ["drop"], ["list", "--limit", "0"], ["put-back", "all"]])
async def test_anything_else_is_explained(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        await command.main(arguments)
    assert ended.value.code == 2
    assert "usage: python -m activity_service.dead_letters" in capsys.readouterr().err
