"""A run of tests that is killed."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from devstack.testing import eventually

RUN = """
import sys, time
from devstack.ports import free_port
from devstack.redis import Redis
from devstack.shared import Run
run = Run.begin()
store = Redis(run.own_directory("redis"), free_port())
run.server(store).start()
print(store.directory, flush=True)
sys.stdin.read()
"""


def processes_of(directory: str) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["cwd"])
        if (process.info["cwd"] or "").startswith(directory)
    ]


@pytest.fixture
def killed_run(tmp_path: Path) -> str:
    """The directory of a run whose supervisord and Redis ran when it was killed."""
    with subprocess.Popen(
        [sys.executable, "-c", RUN],
        env=dict(os.environ) | {"TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdout is not None
        assert str(tmp_path) in run.stdout.readline()
        assert len(processes_of(str(tmp_path))) == 2
        run.kill()
    return str(tmp_path)


async def test_no_server_outlives_a_killed_run(killed_run: str) -> None:
    await eventually(lambda: not processes_of(killed_run))
