"""Supervisord with small programs."""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from devstack.program import Program, StartError
from devstack.shared import Run
from devstack.supervision import Supervisor
from devstack.testing import eventually


@pytest.fixture
def supervisor(devstack_run: Run) -> Iterator[Supervisor]:
    # A name that a configuration file, a shell and a socket address could each stumble over.
    directory = devstack_run.own_directory("super") / ("100 %d" + "x" * 100)
    supervisor = Supervisor(directory, tied=True)
    supervisor.launch()
    try:
        yield supervisor
    finally:
        supervisor.shut_down()


def program(supervisor: Supervisor, name: str, code: str, **env: str) -> Program:
    script = supervisor.directory / f"{name}.py"
    script.write_text(code)
    return Program(name, [sys.executable, "-S", str(script)], supervisor.directory, env)


def sleeper(supervisor: Supervisor, name: str, **env: str) -> Program:
    code = "import time; print('begun', flush=True); time.sleep(600)"
    return program(supervisor, name, code, **env)


def started(supervisor: Supervisor, name: str) -> int:
    supervisor.start(name)
    pid = supervisor.states()[name].pid
    assert pid
    return pid


async def has_begun(supervisor: Supervisor, name: str) -> None:
    await eventually(lambda: "begun" in supervisor.log(name).read_text())


def lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def states_of_threads(pid: int) -> list[str]:
    """As proc(5) has it: "T" is stopped."""
    stats = [(task / "stat").read_text() for task in Path(f"/proc/{pid}/task").iterdir()]
    return [stat.rpartition(") ")[2][0] for stat in stats]


async def test_a_killed_process_is_started_again_and_counted(supervisor: Supervisor) -> None:
    supervisor.add([sleeper(supervisor, "one")])
    first = started(supervisor, "one")
    supervisor.signal("one", signal.SIGKILL)
    await eventually(lambda: supervisor.states()["one"].restarts == 1)
    assert supervisor.states()["one"].pid != first
    supervisor.stop("one")
    started(supervisor, "one")
    assert supervisor.states()["one"].restarts == 0


async def test_what_ends_at_this_moment_can_be_thawed_and_is_stopped_for_good(
    supervisor: Supervisor,
) -> None:
    supervisor.add([sleeper(supervisor, "one")])
    for _ in range(5):
        pid = started(supervisor, "one")
        os.kill(pid, signal.SIGKILL)
        while lives(pid):
            supervisor.thaw("one")
        supervisor.stop("one")
        assert supervisor.states()["one"].state == "STOPPED"


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
    supervisor.add([program(supervisor, "slow", slow)])
    first = started(supervisor, "slow")
    await has_begun(supervisor, "slow")
    with supervisor._rpc() as rpc:
        rpc.stopProcess("slow", False)
    assert started(supervisor, "slow") != first


async def test_a_process_that_always_fails_is_tried_again_and_again(supervisor: Supervisor) -> None:
    supervisor.add([program(supervisor, "faulty", "raise SystemExit(1)")])
    supervisor.start("faulty")
    await eventually(lambda: supervisor.states()["faulty"].restarts >= 2)
    assert supervisor.states()["faulty"].state in {"BACKOFF", "STARTING"}


async def test_a_change_ends_only_what_changed(supervisor: Supervisor) -> None:
    programs = [sleeper(supervisor, name) for name in ("kept", "changed", "dropped")]
    supervisor.add(programs)
    pids = {name: started(supervisor, name) for name in ("kept", "changed", "dropped")}
    supervisor.add([programs[0], sleeper(supervisor, "changed", SETTING="new")], only=True)
    assert [name for name, pid in pids.items() if lives(pid)] == ["kept"]
    assert list(supervisor.states()) == ["changed", "kept"]


async def test_the_environment_arrives_as_it_was_given(supervisor: Supervisor) -> None:
    value = "it's 100 %(ENV_HOME)s;#and\\n, x=y"
    code = "import os; print(ascii(os.environ['VALUE']), flush=True)"
    supervisor.add([program(supervisor, "shown", code, VALUE=value)])
    supervisor.start("shown")
    await eventually(lambda: ascii(value) in supervisor.log("shown").read_text())
    assert supervisor.environment("shown")["VALUE"] == value


@pytest.mark.parametrize("value", ['"', "two\nlines", "a ;comment", "a #comment"])
def test_a_value_that_cannot_be_passed_on_is_refused(value: str) -> None:
    with pytest.raises(StartError, match="VALUE has"):
        Program("any", ["true"], Path(), {"VALUE": value}).section(1)


async def test_a_frozen_process_stands_still_with_all_its_threads(supervisor: Supervisor) -> None:
    threads = """
import threading, time
for _ in range(20):
    threading.Thread(target=lambda: [time.sleep(0.001) for _ in range(10**6)], daemon=True).start()
print("begun", flush=True)
time.sleep(600)
"""
    supervisor.add([program(supervisor, "threads", threads)])
    pid = started(supervisor, "threads")
    await has_begun(supervisor, "threads")
    for _ in range(20):
        supervisor.freeze("threads")
        assert states_of_threads(pid) == ["T"] * 21
        supervisor.thaw("threads")


async def test_all_processes_die_with_a_killed_supervisord(supervisor: Supervisor) -> None:
    supervisor.add([sleeper(supervisor, "one")])
    pid = started(supervisor, "one")
    await has_begun(
        supervisor, "one"
    )  # before that it has not told the kernel whose end is its own
    [supervisord] = supervisor._processes()
    supervisord.kill()
    await eventually(lambda: not lives(pid))
    supervisor.launch()
    supervisor.add([sleeper(supervisor, "one")])
    started(supervisor, "one")


async def test_a_supervisord_whose_directory_was_deleted_is_found_and_ended(
    supervisor: Supervisor,
) -> None:
    supervisor.add([sleeper(supervisor, "one")])
    pid = started(supervisor, "one")
    shutil.rmtree(supervisor.directory)
    supervisor.end_if_lost()
    await eventually(lambda: not lives(pid))
    supervisor.launch()
