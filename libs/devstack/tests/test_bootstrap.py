"""`bootstrap.sh`: when .venv is made again. The programs that would make it only note their calls."""

import fcntl
import os
import subprocess
import time
from pathlib import Path

import pytest
from devstack.suite import ROOT

LOCKS = ("requirements-dev.lock", "requirements-uv.lock")
PACKAGES = [f"libs/{name}" for name in ("contracts", "chassis", "stores", "devstack")]
PACKAGES += ["api-gateway", "user-service", "tasks-service", "activity-service"]
NOTING = '#!/bin/sh\necho "$0 $*" >>"$CALLS"\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose .venv was made here and is complete."""
    for name in (*LOCKS, *(f"{package}/pyproject.toml" for package in PACKAGES)):
        made_before(tmp_path / name)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    for program in ("python", ".venv/bin/python", ".venv/bin/uv"):
        (tmp_path / program).write_text(NOTING)
        (tmp_path / program).chmod(0o755)
    (tmp_path / ".venv/.made-in").write_text(str(tmp_path))
    (tmp_path / ".venv/.complete").touch()
    return tmp_path


def made_before(file: Path) -> None:
    """An empty file that was changed a minute ago."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    os.utime(file, (time.time() - 60,) * 2)


def begin(checkout: Path) -> subprocess.Popen[str]:
    variables = {"CALLS": str(checkout / "calls"), "PYTHON": str(checkout / "python")}
    return subprocess.Popen(
        [ROOT / "libs/devstack/bootstrap.sh"],
        cwd=checkout,
        env=os.environ | variables,
        stdout=subprocess.PIPE,
        text=True,
    )


def installs(checkout: Path) -> bool:
    """Whether it has installed, now that it has ended."""
    process = begin(checkout)
    process.communicate(timeout=60)
    assert process.returncode == 0
    return "pip sync" in calls(checkout)


def calls(checkout: Path) -> str:
    file = checkout / "calls"
    return file.read_text() if file.exists() else ""


def test_what_another_make_has_made_meanwhile_is_left_alone(checkout: Path) -> None:
    (checkout / ".venv/.complete").unlink()
    with (checkout / "requirements-uv.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = begin(checkout)
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(1)
        (checkout / ".venv/.complete").touch()
    second.communicate(timeout=60)
    assert second.returncode == 0
    assert "uv" not in calls(checkout)


@pytest.mark.parametrize(
    "changed", [*LOCKS, *(f"{package}/pyproject.toml" for package in PACKAGES)]
)
def test_a_changed_lock_or_package_is_installed_once(checkout: Path, changed: str) -> None:
    made_before(checkout / ".venv/.complete")
    (checkout / changed).touch()
    assert installs(checkout)
    (checkout / "calls").unlink()
    assert not installs(checkout)


def test_a_checkout_that_moved_is_installed_anew(checkout: Path) -> None:
    moved = checkout.rename(checkout.with_name("moved"))
    begin(moved).communicate(timeout=60)
    assert "-m venv .venv" in calls(moved)  # by a program that only notes it: then the rest fails
