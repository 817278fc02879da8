"""Processes of this machine that are no children of ours."""

import contextlib
import os
import select
import signal
import time
from collections.abc import Iterable, Iterator
from pathlib import Path


def has_argument(pid: int, argument: str) -> bool:
    """Whether the process was started with this very argument."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return argument.encode() in command.split(b"\0")


def find(argument: str) -> int:
    """A process started with this argument, 0 if there is none.

    In a container the same path is another file: processes that see other files do not count.
    """
    for process in Path("/proc").glob("[0-9]*"):
        pid = int(process.name)
        with contextlib.suppress(OSError):
            if has_argument(pid, argument) and _files(pid) == _files(os.getpid()):
                return pid
    return 0


def _files(pid: int) -> tuple[Path, Path]:
    return Path(f"/proc/{pid}/ns/mnt").readlink(), Path(f"/proc/{pid}/root").readlink()


@contextlib.contextmanager
def watched(pid: int) -> Iterator[int]:
    """A file descriptor that becomes readable when the process has ended."""
    descriptor = os.pidfd_open(pid)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def children(pid: int) -> list[int]:
    """The processes that it started and that still run."""
    try:
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]
    except OSError:
        return []


def wait_for_end(pids: Iterable[int], within: float) -> None:
    """Wait until all are gone, at most `within` seconds for each."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError), watched(pid) as ended:
            select.select([ended], [], [], within)


def freeze(pid: int) -> None:
    """SIGSTOP; returns when all its threads stand still, which they do one by one."""
    os.kill(pid, signal.SIGSTOP)
    while not stands_still(pid):
        time.sleep(0.001)


def stands_still(pid: int) -> bool:
    """Whether all its threads do; so does a process that is gone."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return True
    return all(map(_stands_still, threads))


def _stands_still(thread: Path) -> bool:
    try:
        stat = (thread / "stat").read_text()
    except OSError:  # it has ended
        return True
    return stat.rpartition(") ")[2][0] in "TZX"


def thaw(pid: int) -> None:
    """SIGCONT, if there is such a process (0: there is none)."""
    if pid:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
