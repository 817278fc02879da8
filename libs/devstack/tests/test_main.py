"""The command line, given what it cannot work with."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from devstack import __main__ as command
from devstack.suite import ROOT


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


def test_a_service_that_is_none_is_told_from_one_that_was_never_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "there are user-service" in complaint(monkeypatch, "run", "nonsense", "true")
    said = complaint(monkeypatch, "run", "user-service", "true")
    assert said == "user-service was never started here: `make up` first."


def test_a_program_that_does_not_run_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, directory: Path
) -> None:
    (directory / "run").mkdir()
    (directory / "run/user-service.json").write_text('{"env": {}}')
    said = complaint(monkeypatch, "run", "user-service", "/nonexistent")
    assert said == "/nonexistent does not run: No such file or directory."


def test_what_cannot_be_installed_is_told_from_what_can(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "There are mongo, redis" in complaint(monkeypatch, "install", "wrk", "nonsense")


@pytest.mark.parametrize("address", ["localhost:4000", "nonsense", "http://127.0.0.1:1"])
def test_an_address_without_an_answer_comes_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    said = complaint(monkeypatch, "reach", address)
    assert said.startswith(f"Nothing answers at {address} (")
    assert "`make up`" in said


def test_the_page_is_on_or_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGE", "no")
    assert complaint(monkeypatch, "up") == "PAGE=no says nothing: leave it out, or say PAGE=off."


@pytest.mark.parametrize(("given", "run"), [([], "list"), (["ARGS=replay"], "replay")])
def test_make_parked_lists_unless_told_otherwise(given: list[str], run: str) -> None:
    said = subprocess.run(
        ["make", "--dry-run", "parked", *given],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},  # nothing of the make that runs the tests
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert said.stdout.rstrip().endswith(f"-m activity_service.parked {run}")
