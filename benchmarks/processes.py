"""What processes on this machine take (Linux, proc(5)), and what goes over their connections (ss(8))."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

_HZ = os.sysconf("SC_CLK_TCK")
_ESTABLISHED = "01"


def pid_of(program: str, directory: Path) -> int:
    """The process of this name that has the directory in its command line."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().split(b"\0")
        except FileNotFoundError:
            continue  # it has ended since
        if command[0].endswith(program.encode()) and str(directory).encode() in b" ".join(command):
            return int(entry.name)
    raise LookupError(program)


def used(parts: Mapping[str, list[int]]) -> dict[str, float]:
    """Seconds of the processors that each part's processes have had."""
    return {name: sum(map(_processor_seconds, pids)) for name, pids in parts.items()}


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _HZ


def connections(pid: int) -> Counter[int]:
    """How many connections the process has, by the port at the other end."""
    own = set()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # it has been closed since
            own.add(str(file.readlink()))
    lines = Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
    fields = [line.split() for line in lines]
    return Counter(
        int(one[2].rpartition(":")[2], 16)
        for one in fields
        if one[3] == _ESTABLISHED and f"socket:[{one[9]}]" in own
    )


def carried(port: int) -> int:
    """Bytes, both ways, that the open connections of the process that listens there have carried.

    What a closed one has carried is not in it: ask twice about processes that keep their connections.
    """
    if shutil.which("ss") is None:
        sys.exit("There is no ss on PATH: run `apt-get install iproute2` as root.")
    command = ["ss", "-tinH", "state", "established", f"( sport = :{port} )"]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return sum(map(int, re.findall(r"\bbytes_(?:sent|received):(\d+)", found)))
