"""The code of the last release, out of the history, to run beside this one."""

import io
import os
import subprocess
import tarfile
from pathlib import Path
from typing import Final

from devstack.suite import ROOT

COMMIT: Final = "bde8ff458be962911e72141c41d866e6d0585d65"
_PACKAGES: Final = (
    "libs/contracts",
    "libs/chassis",
    "tasks-service",
    "activity-service",
    "api-gateway",
)


def settings_of_last_release(directory: Path) -> dict[str, str]:
    """With these a service runs the last release, which is put into `directory`."""
    archive = subprocess.run(
        ["git", "-C", ROOT, "archive", COMMIT, *_PACKAGES], capture_output=True, check=False
    )
    if archive.returncode:
        raise AssertionError(
            f"This clone lacks the last release, commit {COMMIT[:7]}: run `git fetch --unshallow`."
        )
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(directory, filter="data")
    # Before what is installed, which is the working tree.
    return {"PYTHONPATH": os.pathsep.join(str(directory / package) for package in _PACKAGES)}
