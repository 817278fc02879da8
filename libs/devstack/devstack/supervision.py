"""The processes under supervisord: started, stopped and hurt, one by one."""

import configparser
import contextlib
import re
import signal
import time
import xmlrpc.client
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from supervisor.datatypes import dict_of_key_value_pairs
from supervisor.xmlrpc import Faults

from devstack.program import Program, StartError
from devstack.supervisord import POLL, Supervisord, inherited, text_of

_LOGGED = re.compile(r" (spawned|stopped|supervisord started)(?:: '?([\w-]+))?", re.ASCII)


@dataclass(frozen=True)
class ProcessState:
    """One supervised process as it is now: `pid` 0 when there is none, `uptime` in seconds."""

    name: str
    state: str
    pid: int
    uptime: int
    restarts: int


class Supervisor(Supervisord):
    """The processes that the supervisord of one directory runs."""

    def add(self, programs: Sequence[Program], *, only: bool = False) -> None:
        """Take over these programs: what changed is stopped, nothing is started.

        With `only`, every other program is stopped and forgotten.
        """
        with self.alone("programs"):
            names = {program.name for program in programs}
            for name in reversed(self.states()) if only else ():
                if name not in names:
                    self.stop(name)
                    (self._programs / f"{name}.conf").unlink(missing_ok=True)
            for priority, program in enumerate(programs, 1):
                file = self._programs / f"{program.name}.conf"
                file.touch(0o600)
                file.write_text(program.section(priority))
            with self._rpc() as rpc:
                [[added, changed, removed]] = rpc.reloadConfig()
                for name in reversed(changed):
                    self.stop(name)
                for name in [*changed, *removed]:
                    rpc.removeProcessGroup(name)
                for name in [*added, *changed]:
                    rpc.addProcessGroup(name)

    def environment(self, name: str) -> dict[str, str]:
        """What a program is started with beside supervisord's own; KeyError if there is none."""
        text = self._parser(name)[f"program:{name}"]["environment"].replace("%%", "%")
        own: dict[str, str] = dict_of_key_value_pairs(text)
        return inherited() | own

    def _parser(self, name: str) -> configparser.RawConfigParser:
        parser = configparser.RawConfigParser()
        parser.read(self._programs / f"{name}.conf")
        return parser

    def start(self, name: str) -> None:
        """Start a process unless it runs; one that waits for its next try starts now."""
        with self._rpc() as rpc:
            while (state := rpc.getProcessInfo(name)["statename"]) == "STOPPING":
                time.sleep(POLL)
            if state == "BACKOFF":
                _unless(Faults.NOT_RUNNING, rpc.stopProcess, name)
            _unless(Faults.ALREADY_STARTED, rpc.startProcess, name, False)

    def wait_until(
        self, is_ready: Callable[[], bool], name: str, within: float, *, failures: int = 2
    ) -> None:
        """Poll until ready; StartError past `within` seconds, or when it ended so many times."""
        deadline = time.monotonic() + within
        restarts = self.states()[name].restarts
        while not is_ready():
            process = self.states()[name]
            fault = ""
            if self._stays_down(process) or process.restarts >= restarts + failures:
                fault = "ended while it started"
            elif time.monotonic() > deadline:
                fault = f"was not ready within {within:.0f} s"
            if fault:
                end = "\n".join(self.logs(name).splitlines()[-15:])
                raise StartError(f"{name} {fault}; its log ends:\n{end}")
            time.sleep(5 * POLL)

    def _stays_down(self, process: ProcessState) -> bool:
        """Whether it has ended and is not started again."""
        section = f"program:{process.name}"
        again = self._parser(process.name).getboolean(section, "autorestart", fallback=True)
        return process.state in {"STOPPED", "FATAL"} or (process.state == "EXITED" and not again)

    def stop(self, name: str) -> None:
        """SIGTERM, and SIGKILL half a minute later; returns when the process is gone for good."""
        self.thaw(name)
        with self._rpc() as rpc:
            # One that has just ended by itself is refused, and then started again.
            while not self._stays_down(self.states()[name]):
                if not _unless(Faults.NOT_RUNNING, rpc.stopProcess, name):
                    time.sleep(POLL)

    def kill(self, name: str) -> None:
        """SIGKILL, and wait until that process is gone; ProcessLookupError when there is none."""
        pid = self.states()[name].pid
        self.signal(name, signal.SIGKILL)
        while self.states()[name].pid == pid:
            time.sleep(POLL)

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a process; ProcessLookupError when there is none."""
        with self._rpc() as rpc:
            # Supervisord knows its own child: by pid, another process could be hit by now.
            if not _unless(Faults.NOT_RUNNING, rpc.signalProcess, name, number.name):
                raise ProcessLookupError(f"{name} does not run")

    def freeze(self, name: str) -> None:
        """SIGSTOP, and wait until it stands still; ProcessLookupError when there is none."""
        self.signal(name, signal.SIGSTOP)
        while not _stands_still(self.states()[name].pid):
            time.sleep(POLL)

    def thaw(self, name: str) -> None:
        """SIGCONT; a process that does not run needs none."""
        with contextlib.suppress(ProcessLookupError):
            self.signal(name, signal.SIGCONT)

    def states(self) -> dict[str, ProcessState]:
        """All processes by name; none when supervisord does not run."""
        infos: list[dict[str, Any]] = self._ask(lambda rpc: rpc.getAllProcessInfo(), [])
        starts = self._starts()
        return {
            info["name"]: ProcessState(
                info["name"],
                info["statename"],
                info["pid"],
                info["now"] - info["start"] if info["pid"] else 0,
                max(0, starts[info["name"]] - 1),
            )
            for info in infos
        }

    def _starts(self) -> Counter[str]:
        """How often each was started since it was last told to, by supervisord's own log.

        Supervisord writes a line there before anybody can be told of the new pid.
        """
        starts: Counter[str] = Counter()
        for log in (self.log("supervisord").with_suffix(".log.1"), self.log("supervisord")):
            for event, name in _LOGGED.findall(text_of(log)):
                if event == "supervisord started":
                    starts.clear()
                else:
                    starts[name] = starts[name] + 1 if event == "spawned" else 0
        return starts

    def shut_down(self) -> None:
        """Stop everything in reverse order, then supervisord; returns when all are gone."""
        for name in self.states():
            self.thaw(name)
        self._ask(lambda rpc: rpc.shutdown(), False)
        _, stuck = psutil.wait_procs(self._processes(), timeout=120)
        if stuck:
            self.kill_all()
        self._reap()


def _unless(refusal: int, call: Callable[..., object], *arguments: object) -> bool:
    """Whether the call was accepted; False for this refusal, and any other is raised."""
    try:
        call(*arguments)
    except xmlrpc.client.Fault as fault:
        if fault.faultCode != refusal:
            raise
        return False
    return True


def _stands_still(pid: int) -> bool:
    """Whether all threads of a process do, which stop one by one; so does one that is gone."""
    try:
        stats = [(task / "stat").read_text() for task in Path(f"/proc/{pid}/task").iterdir()]
    except OSError:
        return not psutil.pid_exists(pid)
    return all(stat.rpartition(") ")[2][0] in "TZX" for stat in stats)
