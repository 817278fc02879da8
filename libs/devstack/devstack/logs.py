"""What the suite's processes wrote."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from devstack.program import StartError


def follow(directory: Path, names: Sequence[str]) -> None:
    """Become a `tail` of these logs, of all without names."""
    known = {file.stem: file for file in sorted(directory.glob("*.log"))}
    if not known:
        raise StartError("There is no log yet: `make up` first.")
    for name in names:
        if name not in known:
            raise StartError(f"There is no log of {name}: there is one of {', '.join(known)}.")
    files = [str(known[name]) for name in names or known]
    sys.stdout.flush()
    os.execvp("tail", ["tail", "-F", "-n", "50", *files])


def show_request(directory: Path, request_id: str) -> None:
    """Print every line with this id in it, of all logs, oldest first."""
    lines = [
        (_time_of(line), file.name.partition(".")[0], line)
        for file in sorted(directory.glob("*.log*"))
        for line in file.read_text(errors="replace").splitlines()
        if request_id in line
    ]
    if not lines:
        raise StartError(f"No log holds {request_id}.")
    for _, name, line in sorted(lines):
        print(f"{name:16} {line}")


def _time_of(line: str) -> str:
    try:
        return str(json.loads(line)["timestamp"])
    except (ValueError, TypeError, KeyError):  # not one of the services' own lines
        return ""
