"""Supervisord with small programs."""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from devstack.process import Program
from devstack.shared import Run
from devstack.supervision import Supervisor
from devstack.testing import eventually


@pytest.fixture
def supervisor(devstack_run: Run) -> Iterator[Supervisor]:
    # A name that a configuration file, a shell and a socket address could each stumble over.
    directory = devstack_run.own_directory("super") / ("100 %d" + "x" * 100)
    supervisor = Supervisor(directory, devstack_run.owner)
    supervisor.start()
    try:
        yield supervisor
    finally:
        supervisor.shut_down()


def program(supervisor: Supervisor, name: str, code: str, **env: str) -> Program:
    return Program(name, [sys.executable, "-S", "-c", code], supervisor.directory, env)


def sleeper(supervisor: Supervisor, name: str, **env: str) -> Program:
    return program(supervisor, name, "import time; time.sleep(600)", **env)


async def started(supervisor: Supervisor, name: str) -> int:
    supervisor.start_process(name)
    return await eventually(lambda: supervisor.states()[name].pid)


def lives(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    return "State:\tZ" not in status  # ended, and not yet noticed by whoever adopted it


async def test_a_killed_process_is_started_again_and_counted(supervisor: Supervisor) -> None:
    supervisor.update([sleeper(supervisor, "one")])
    first = await started(supervisor, "one")
    supervisor.signal("one", signal.SIGKILL)
    await eventually(lambda: supervisor.states()["one"].restarts == 1)
    assert supervisor.states()["one"].pid not in {0, first}


async def test_what_ends_at_this_moment_can_be_thawed_and_is_stopped_for_good(
    supervisor: Supervisor,
) -> None:
    supervisor.update([sleeper(supervisor, "one")])
    pid = await started(supervisor, "one")
    for _ in range(5):
        os.kill(pid, signal.SIGKILL)
        while lives(pid):
            supervisor.thaw("one")
        supervisor.stop_process("one")
        assert supervisor.states()["one"].state == "STOPPED"
        pid = await started(supervisor, "one")


async def test_what_is_just_stopping_is_started_when_it_has_ended(supervisor: Supervisor) -> None:
    slow = """
import signal, time
def end(*_):
    time.sleep(1)
    raise SystemExit
signal.signal(signal.SIGTERM, end)
print("begun", flush=True)
time.sleep(600)
"""
    supervisor.update([program(supervisor, "slow", slow)])
    first = await started(supervisor, "slow")
    await eventually(lambda: "begun" in supervisor.log("slow").read_text())
    with supervisor._rpc() as rpc:
        rpc.stopProcess("slow", False)
    assert await started(supervisor, "slow") != first


async def test_a_process_that_always_fails_is_tried_again_and_again(supervisor: Supervisor) -> None:
    supervisor.update([program(supervisor, "faulty", "raise SystemExit(1)")])
    supervisor.start_process("faulty")
    await eventually(lambda: supervisor.states()["faulty"].restarts >= 2)
    assert supervisor.states()["faulty"].state in {"BACKOFF", "STARTING"}


async def test_an_update_ends_only_what_changed(supervisor: Supervisor) -> None:
    programs = [sleeper(supervisor, name) for name in ("kept", "changed", "dropped")]
    supervisor.update(programs)
    pids = {name: await started(supervisor, name) for name in ("kept", "changed", "dropped")}
    supervisor.update([programs[0], sleeper(supervisor, "changed", SETTING="new")])
    assert {name: lives(pid) for name, pid in pids.items()} == {
        "kept": True,
        "changed": False,
        "dropped": False,
    }
    assert list(supervisor.states()) == ["kept", "changed"]


async def test_the_environment_arrives_as_it_was_given(supervisor: Supervisor) -> None:
    value = 'it\'s 100 %(ENV_HOME)s "quoted"; # and\nmore'
    code = "import os; print(ascii(os.environ['VALUE']), flush=True)"
    supervisor.update([program(supervisor, "shown", code, VALUE=value)])
    supervisor.start_process("shown")
    await eventually(lambda: ascii(value) in supervisor.log("shown").read_text())


async def test_all_processes_die_with_a_killed_supervisord(supervisor: Supervisor) -> None:
    supervisor.update([sleeper(supervisor, "one")])
    pid = await started(supervisor, "one")
    os.kill(supervisor.pid, signal.SIGKILL)
    await eventually(lambda: not lives(pid))
    await eventually(lambda: not supervisor.pid)
    supervisor.start()
    supervisor.update([sleeper(supervisor, "one")])
    await started(supervisor, "one")


async def test_a_frozen_supervisord_and_its_frozen_process_are_shut_down(
    supervisor: Supervisor,
) -> None:
    supervisor.update([sleeper(supervisor, "one")])
    pid = await started(supervisor, "one")
    supervisor.signal("one", signal.SIGSTOP)
    os.kill(supervisor.pid, signal.SIGSTOP)
    supervisor.shut_down()
    assert not lives(pid)


async def test_a_supervisord_whose_directory_was_deleted_is_found_and_ended(
    supervisor: Supervisor,
) -> None:
    supervisor.update([sleeper(supervisor, "one")])
    pid = await started(supervisor, "one")
    shutil.rmtree(supervisor.directory)
    supervisor.end_if_lost()
    assert not lives(pid)
    supervisor.start()
    assert supervisor.states() == {}


def test_the_pid_in_a_stale_file_is_not_taken_for_supervisord(tmp_path: Path) -> None:
    (tmp_path / "supervisord.pid").write_text(str(os.getpid()))
    assert Supervisor(tmp_path).pid == 0
