"""The commands as a person gives them, here those that need no suite."""

import argparse
import os
import subprocess
from pathlib import Path

import pytest

from devstack import __main__ as commands
from devstack.process import StartError
from devstack.suite import ROOT


@pytest.mark.parametrize("service", ["nonsense", "/x", "../secrets", "*", "user"])
def test_a_log_that_is_not_there_is_answered_with_those_that_are(
    service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "log/user-service.log").touch()
    monkeypatch.setattr(commands, "DIRECTORY", tmp_path)
    monkeypatch.setattr("os.execvp", lambda *_: pytest.fail("it followed a log"))
    asked = argparse.Namespace(service=[service], lines=1, no_follow=True)
    with pytest.raises(StartError, match="there is one of user-service"):
        commands.logs(asked)


@pytest.mark.parametrize(("given", "command"), [([], "list"), (["ARGS=replay"], "replay")])
def test_make_parked_lists_unless_told_otherwise(given: list[str], command: str) -> None:
    said = subprocess.run(
        ["make", "--dry-run", "parked", *given],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},  # nothing of the make that runs the tests
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert said.stdout.rstrip().endswith(f"-m activity_service.parked {command}")
