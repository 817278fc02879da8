"""Supervisord: what it runs, and how it is told."""

import contextlib
import os
import re
import select
import signal
import subprocess
import sys
import time
import xmlrpc.client
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import Faults

from devstack import processes, supervisor_config, supervisor_rpc
from devstack.process import GuardedProcess, Owner, Program, StartError

_LONGEST_SOCKET_PATH = 100  # a Unix socket's address holds 107 bytes
_SHUTS_DOWN_WITHIN = 120.0
_POLL = 0.02
_NOBODY_THERE = (FileNotFoundError, ConnectionRefusedError)


_LOGGED = re.compile(r" (spawned|stopped|supervisord started)(?:: '?([\w-]+))?", re.ASCII)


@dataclass(frozen=True)
class ProcessState:
    """One supervised process as it is now: `pid` 0 when there is none, `uptime` in seconds."""

    name: str
    state: str
    pid: int
    uptime: int
    restarts: int


class Supervisor:
    """The supervisord of one directory. With an owner it ends with that process."""

    def __init__(self, directory: Path, owner: Owner | None = None) -> None:
        self.directory = directory
        self._owner = owner
        self._guarded: GuardedProcess | None = None
        self._config = directory / "supervisord.conf"

    @property
    def pid(self) -> int:
        """Supervisord's pid, 0 when it does not run."""
        config = str(self._config)
        try:
            pid = int((self.directory / "supervisord.pid").read_text())
        except (OSError, ValueError):
            return processes.find(config)  # somebody may have deleted the directory under it
        return pid if processes.has_argument(pid, config) else 0

    def log(self, name: str) -> Path:
        """The log of a process."""
        return self.directory / "log" / f"{name}.log"

    def start(self) -> None:
        """Start it, with nothing to run yet, unless it runs."""
        if self.pid:
            return
        if self._guarded:
            self._guarded.wait(10)
        for name in ("log", "run"):
            (self.directory / name).mkdir(parents=True, exist_ok=True)
        self._configure([])
        argv = [sys.executable, "-m", "supervisor.supervisord", "-c", str(self._config)]
        if self._owner:
            program = Program("supervisord", [*argv, "--nodaemon"], self.directory)
            self._guarded = GuardedProcess(program, self._owner)
            self._guarded.start()
        else:
            self._start_daemon(Program("supervisord", argv, self.directory))
        deadline = time.monotonic() + 20
        while not self._answers():
            if time.monotonic() > deadline:
                raise StartError(f"supervisord did not start: see {self.log('supervisord')}")
            time.sleep(0.05)

    def end_if_lost(self) -> None:
        """Kill a supervisord that cannot be told anything: its directory was deleted under it."""
        if self.pid and not self._answers():
            self.kill()

    def _start_daemon(self, program: Program) -> None:
        with self.log("supervisord").with_suffix(".out").open("wb") as out:
            subprocess.run(
                program.argv,
                cwd=program.directory,
                env=program.full_environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,  # Ctrl-C in the terminal is for us alone
                check=False,
            )

    def _answers(self) -> bool:
        try:
            with self._rpc() as rpc:
                return bool(rpc.getState())
        except OSError:
            return False

    @contextlib.contextmanager
    def _rpc(self) -> Iterator[supervisor_rpc.Rpc]:
        with supervisor_rpc.connect(self._socket(str(self.pid))) as rpc:
            yield rpc

    def _socket(self, pid: str) -> str:
        path = str(self.directory / "supervisor.sock")
        short = len(path.encode()) <= _LONGEST_SOCKET_PATH
        return path if short else f"/proc/{pid}/cwd/supervisor.sock"

    def _configure(self, programs: Sequence[Program]) -> None:
        run = self.directory / "run"
        self._config.write_text(supervisor_config.text(programs, run, self._socket("self")))

    def update(self, programs: Sequence[Program]) -> None:
        """Take over these programs: what left or changed is stopped, nothing is started."""
        before = self._names()
        self._configure(programs)
        with self._rpc() as rpc:
            [[added, changed, removed]] = rpc.reloadConfig()
            for name in reversed(before):
                if name in [*changed, *removed]:
                    self.stop_process(name)
                    rpc.removeProcessGroup(name)
            for name in [*added, *changed]:
                rpc.addProcessGroup(name)

    def start_process(self, name: str) -> None:
        """Start a process unless it runs; one that waits for its next try starts now."""
        with self._rpc() as rpc:
            while (state := rpc.getProcessInfo(name)["statename"]) == "STOPPING":
                time.sleep(_POLL)
            if state == "BACKOFF":
                _unless(Faults.NOT_RUNNING, rpc.stopProcess, name)
            _unless(Faults.ALREADY_STARTED, rpc.startProcess, name, False)

    def stop_process(self, name: str) -> None:
        """SIGTERM, and SIGKILL half a minute later; returns when the process is gone for good."""
        self.thaw(name)
        with self._rpc() as rpc:
            # A process that has just ended by itself is refused, and would be started again.
            while rpc.getProcessInfo(name)["statename"] not in {"STOPPED", "FATAL"}:
                if not _unless(Faults.NOT_RUNNING, rpc.stopProcess, name):
                    time.sleep(_POLL)

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a process; ProcessLookupError when there is none."""
        with self._rpc() as rpc:
            # Supervisord knows its own child: by pid, another process could be hit by now.
            if not _unless(Faults.NOT_RUNNING, rpc.signalProcess, name, number.name):
                raise ProcessLookupError(f"{name} does not run")

    def freeze(self, name: str) -> None:
        """SIGSTOP, and wait until it stands still; ProcessLookupError when there is none."""
        self.signal(name, signal.SIGSTOP)
        while not processes.stands_still(self.states()[name].pid):
            time.sleep(_POLL)

    def thaw(self, name: str) -> None:
        """SIGCONT; a process that does not run needs none."""
        with contextlib.suppress(ProcessLookupError):
            self.signal(name, signal.SIGCONT)

    def states(self) -> dict[str, ProcessState]:
        """All processes by name, in the order they start; none when supervisord does not run."""
        try:
            with self._rpc() as rpc:
                infos = {info["name"]: info for info in rpc.getAllProcessInfo()}
        except _NOBODY_THERE:
            return {}
        starts = self._starts()
        return {name: _state(infos[name], starts[name]) for name in self._names() if name in infos}

    def _names(self) -> list[str]:
        return supervisor_config.program_names(self._config.read_text())

    def _starts(self) -> Counter[str]:
        """How often each was started since it was last told to, by supervisord's own log.

        Supervisord writes a line there before anybody can be told of the new pid.
        """
        starts: Counter[str] = Counter()
        for log in (self.log("supervisord").with_suffix(".log.1"), self.log("supervisord")):
            if log.exists():
                for event, name in _LOGGED.findall(log.read_text(errors="replace")):
                    if event == "supervisord started":
                        starts.clear()
                    else:
                        starts[name] = starts[name] + 1 if event == "spawned" else 0
        return starts

    def kill(self) -> None:
        """SIGKILL supervisord: all its processes die with it."""
        pid = self.pid
        if pid:
            doomed = [pid, *processes.children(pid)]
            os.kill(pid, signal.SIGKILL)
            processes.wait_for_end(doomed, within=10)
        if self._guarded:
            self._guarded.wait(10)

    def shut_down(self) -> None:
        """Stop everything in reverse order, then supervisord; returns when all are gone."""
        pid = self.pid
        if not pid:
            return
        with processes.watched(pid) as ended:
            processes.thaw(pid)
            try:
                for process in self.states().values():
                    processes.thaw(process.pid)
                with self._rpc() as rpc:
                    rpc.shutdown()
            except _NOBODY_THERE:
                self.kill()
            except (OSError, xmlrpc.client.Fault):  # it is shutting down already
                pass
            if not select.select([ended], [], [], _SHUTS_DOWN_WITHIN)[0]:
                self.kill()
        if self._guarded:
            self._guarded.wait(10)


def _state(info: Mapping[str, Any], starts: int) -> ProcessState:
    uptime = info["now"] - info["start"] if info["pid"] else 0
    return ProcessState(info["name"], info["statename"], info["pid"], uptime, max(0, starts - 1))


def _unless(refusal: int, call: Callable[..., object], *arguments: object) -> bool:
    """Whether the call was accepted; False for this refusal, and any other is raised."""
    try:
        call(*arguments)
    except xmlrpc.client.Fault as fault:
        if fault.faultCode != refusal:
            raise
        return False
    return True
