"""The command that asks for a replay."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

import pytest
from chassis.mongo import Database
from contracts.events import to_iso_millis
from devstack.testing import NOBODYS_PORT
from tasks_helpers.service import SECRET
from tasks_service.history import BASELINE
from tasks_service.replay import main

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


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


async def test_the_command_says_what_it_has_asked_for_and_what_may_be_missing(
    own: Database, mongo_uri: str
) -> None:
    event = {"timestamp": NOON, "version": 3, "type": "TaskUpdated"}
    await own["task_events"].insert_one(event | {"_id": "1"})
    left = {"events": [event, event | {"timestamp": NOON - HOUR}], "version": 3}
    await own["tasks"].insert_many([left, {"events": "odd"}, {"events": ["odd"]}])
    said = "2 events are to be sent again. tasks-service sends them while it runs.\n"
    assert await command(mongo_uri, "--since", to_iso_millis(NOON)) == (0, said, "")
    baseline = {"_id": "2", "type": BASELINE, "missing": 2}
    await own["task_events"].insert_one(event | baseline)
    missing = "Up to 2 older versions are no longer kept and may be missing.\n"
    assert await command(mongo_uri, "--since", "2026-11-22T13:00:00+01:00") == (1, said, missing)


async def test_where_no_mongodb_answers_it_says_so_and_ends() -> None:
    async with asyncio.timeout(100):  # it would go on for as long as it may count
        status, said, error = await command(
            f"mongodb://127.0.0.1:{NOBODYS_PORT}/tasks?replicaSet=rs0",
            "--since",
            to_iso_millis(NOON),
        )
    assert (status, said) == (1, "")
    assert error.startswith("MongoDB does not answer")


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
    assert "activity-service that has lost data" in capsys.readouterr().out
