"""The command line, given what it cannot work with."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from devstack import __main__ as command
from devstack.suite import ROOT
from devstack.testing import NOBODYS_PORT


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(command, "DIRECTORY", tmp_path)
    monkeypatch.delenv("PAGE", raising=False)
    return tmp_path


def complaint(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    monkeypatch.setattr(sys, "argv", ["devstack", *arguments])
    with pytest.raises(SystemExit) as ended:
        command.main()
    return str(ended.value)


@pytest.mark.parametrize("name", ["nonsense", "/x", "../secrets", "*", "mon"])
def test_a_log_that_is_not_there_is_told_from_those_that_are(
    monkeypatch: pytest.MonkeyPatch, directory: Path, name: str
) -> None:
    assert "`make up` first" in complaint(monkeypatch, "logs")
    (directory / "log").mkdir()
    (directory / "log/mongo.log").touch()
    said = complaint(monkeypatch, "logs", "mongo", name)
    assert said == f"There is no log of {name}: there is one of mongo."


def test_traces_without_tracing_come_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, directory: Path
) -> None:
    said = "Nothing is traced here: `make up TRACE=1` turns tracing on."
    assert complaint(monkeypatch, "trace") == said
    directory.joinpath("ports.json").write_text(json.dumps({"traces": [NOBODYS_PORT]}))
    assert complaint(monkeypatch, "trace", "4bf92f35") == said


def test_a_service_that_is_none_is_told_from_one_that_was_never_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "there are user-service" in complaint(monkeypatch, "run", "nonsense", "--", "true")
    said = complaint(monkeypatch, "run", "user-service", "--", "true")
    assert said == "user-service was never started here: `make up` first."


def test_a_backup_of_a_suite_that_is_down_comes_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "`make up` first" in complaint(monkeypatch, "backup", str(tmp_path))
    assert [file.name for file in tmp_path.iterdir()] == ["suite.lock"]


def test_a_program_that_does_not_run_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, directory: Path
) -> None:
    (directory / "programs").mkdir()
    (directory / "programs/user-service.conf").write_text("[program:user-service]\nenvironment=\n")
    said = complaint(monkeypatch, "run", "user-service", "--", "/nonexistent")
    assert said == "/nonexistent does not run: No such file or directory."


@pytest.mark.parametrize("address", ["localhost:4000", "nonsense", "http://127.0.0.1:1"])
def test_an_address_without_an_answer_comes_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    said = complaint(monkeypatch, "reach", address)
    assert said.startswith(f"Nothing answers at {address} (")
    assert "`make up`" in said


def test_all_lines_of_one_request_are_shown_by_time(
    monkeypatch: pytest.MonkeyPatch, directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (directory / "log").mkdir()
    line = '{{"timestamp": "2026-11-26T10:00:0{}Z", "request_id": "{}"}}\n'
    (directory / "log/api-gateway.log").write_text(line.format(3, "one") + line.format(2, "two"))
    (directory / "log/tasks-service.log").write_text("no JSON\n" + line.format(1, "one"))
    monkeypatch.setattr(sys, "argv", ["devstack", "logs", "--id", "one"])
    command.main()
    shown = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert shown == ["tasks-service", "api-gateway"]
    assert complaint(monkeypatch, "logs", "--id", "none") == "No log holds none."


@pytest.mark.parametrize(
    "arguments", [[], ["nonsense"], ["dev"], ["run", "user-service"], ["install", "nonsense"]]
)
def test_anything_else_is_told_the_commands(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    assert "run NAME -- PROGRAM" in complaint(monkeypatch, *arguments)


def test_the_page_is_on_or_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGE", "no")
    assert complaint(monkeypatch, "up") == "PAGE=no says nothing: leave it out, or say PAGE=off."


@pytest.mark.parametrize(
    ("given", "run"),
    [
        (["dead-letters"], "list"),
        (["parked"], "list"),
        (["dead-letters", "ARGS=put-back"], "put-back"),
    ],
)
def test_make_dead_letters_lists_unless_told_otherwise(given: list[str], run: str) -> None:
    said = subprocess.run(
        ["make", "--dry-run", *given],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},  # nothing of the make that runs the tests
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert said.stdout.rstrip().endswith(f"-m activity_service.dead_letters {run}")
