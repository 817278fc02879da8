"""Guarded processes: small programs."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from devstack import processes
from devstack.process import GuardedProcess, Owner, Program, StartError
from devstack.testing import eventually

MANY_THREADS = """
import threading, time
for _ in range(20):
    threading.Thread(target=lambda: [time.sleep(0.001) for _ in range(10**6)], daemon=True).start()
print("begun", flush=True)
time.sleep(600)
"""


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[GuardedProcess]:
    program = Program("threads", [sys.executable, "-S", "-c", MANY_THREADS], tmp_path)
    process = GuardedProcess(program, Owner(os.getpid(), tmp_path))
    process.start()
    try:
        yield process
    finally:
        process.kill()


async def test_whoever_starts_a_guard_has_no_child_to_wait_for(guarded: GuardedProcess) -> None:
    assert guarded.running
    assert guarded.guard_pid not in processes.children(os.getpid())
    os.kill(guarded.guard_pid, signal.SIGTERM)
    await eventually(lambda: not guarded.running)


def states(pid: int) -> list[str]:
    """Of each thread, as proc(5) has it: "T" is stopped."""
    stats = [(thread / "stat").read_text() for thread in Path(f"/proc/{pid}/task").iterdir()]
    return [stat.rpartition(") ")[2][0] for stat in stats]


async def test_a_frozen_process_stands_still_with_all_its_threads(guarded: GuardedProcess) -> None:
    await eventually(lambda: "begun" in guarded.last_words())
    for _ in range(20):
        guarded.freeze()
        assert states(guarded._pid) == ["T"] * 21
        guarded.signal(signal.SIGCONT)


def test_waiting_for_what_does_not_end_is_bounded(guarded: GuardedProcess) -> None:
    with pytest.raises(TimeoutError):
        guarded.wait(0.01)


def test_without_its_owner_nothing_starts(tmp_path: Path) -> None:
    nobody = 2**22 + 1  # past the greatest pid of Linux
    program = Program("orphan", [sys.executable, "-c", ""], tmp_path)
    with pytest.raises(StartError, match="orphan did not start"):
        GuardedProcess(program, Owner(nobody, tmp_path)).start()
