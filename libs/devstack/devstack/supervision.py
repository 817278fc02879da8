"""Supervisord: what it runs, and how it is told."""

import configparser
import contextlib
import fcntl
import http.client
import os
import re
import signal
import subprocess
import sys
import time
import xmlrpc.client
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from supervisor.datatypes import dict_of_key_value_pairs
from supervisor.xmlrpc import Faults, SupervisorTransport

from devstack.program import Program, StartError

_HEADER = """\
[supervisord]
silent=true
umask=077
pidfile=supervisord.pid
logfile=log/supervisord.log
logfile_maxbytes=1MB
logfile_backups=1
{user}
[unix_http_server]
file={socket}
chmod=0600

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[include]
files=programs/*.conf
"""

_INHERITED = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH")
_LONGEST_SOCKET_PATH = 100  # a Unix socket's address holds 107 bytes
_POLL = 0.02
_LOGGED = re.compile(r" (spawned|stopped|supervisord started)(?:: '?([\w-]+))?", re.ASCII)

_CHILDREN: dict[Path, subprocess.Popen[bytes]] = {}
"""The supervisords, by directory, that this process has to wait for when they end."""


@dataclass(frozen=True)
class ProcessState:
    """One supervised process as it is now: `pid` 0 when there is none, `uptime` in seconds."""

    name: str
    state: str
    pid: int
    uptime: int
    restarts: int


class Supervisor:
    """The supervisord of one directory. A tied one ends with the process that starts it."""

    def __init__(self, directory: Path, *, tied: bool = False) -> None:
        self.directory = directory
        self._tied = tied
        self._config = directory / "supervisord.conf"
        self._programs = directory / "programs"

    def log(self, name: str) -> Path:
        """The log of a process."""
        return self.directory / "log" / f"{name}.log"

    def start(self) -> None:
        """Start it, with nothing running yet, unless it runs."""
        for folder in (self.log("").parent, self._programs):
            folder.mkdir(parents=True, exist_ok=True)
        user = "user=root\n" if os.geteuid() == 0 else ""  # else it warns that it is root
        socket = self._socket("self").replace("%", "%%")
        # Also for one that runs, which an older version may have started.
        self._config.write_text(_HEADER.format(user=user, socket=socket))
        if self.runs():
            return
        self._reap()
        command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(self._config)]
        if self._tied:
            command = ["setpriv", "--pdeathsig", "KILL", "--", *command, "--nodaemon"]
        with self.log("supervisord").with_suffix(".out").open("wb") as out:
            child = subprocess.Popen(
                command,
                cwd=self.directory,
                env=_inherited(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,  # Ctrl-C in the terminal is for the caller alone
            )
        if self._tied:
            _CHILDREN[self.directory] = child
        else:
            child.wait()  # it goes on as a daemon
        deadline = time.monotonic() + 60
        while not self.runs():
            if time.monotonic() > deadline:
                raise StartError(f"supervisord did not start: see {self.log('supervisord')}")
            time.sleep(_POLL)

    def runs(self) -> bool:
        """Whether it answers."""
        return bool(self._ask(lambda rpc: rpc.getPID(), 0))

    def add(self, programs: Sequence[Program], *, only: bool = False) -> None:
        """Take over these programs: what changed is stopped, nothing is started.

        With `only`, every other program is stopped and forgotten.
        """
        with self._alone():
            names = {program.name for program in programs}
            for name in reversed(self.states()) if only else ():
                if name not in names:
                    self.stop_process(name)
                    (self._programs / f"{name}.conf").unlink(missing_ok=True)
            for priority, program in enumerate(programs, 1):
                file = self._programs / f"{program.name}.conf"
                file.touch(0o600)
                file.write_text(program.section(priority))
            with self._rpc() as rpc:
                [[added, changed, removed]] = rpc.reloadConfig()
                for name in reversed(changed):
                    self.stop_process(name)
                for name in [*changed, *removed]:
                    rpc.removeProcessGroup(name)
                for name in [*added, *changed]:
                    rpc.addProcessGroup(name)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Other processes may use the same supervisord."""
        with (self.directory / "programs.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def environment(self, name: str) -> dict[str, str]:
        """What a program is started with beside supervisord's own; KeyError if there is none."""
        text = self._parser(name)[f"program:{name}"]["environment"].replace("%%", "%")
        own: dict[str, str] = dict_of_key_value_pairs(text)
        return _inherited() | own

    def _parser(self, name: str) -> configparser.RawConfigParser:
        parser = configparser.RawConfigParser()
        parser.read(self._programs / f"{name}.conf")
        return parser

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
            ended = {"STOPPED", "FATAL"}
            if not self._parser(name).getboolean(f"program:{name}", "autorestart", fallback=True):
                ended.add("EXITED")
            # One that has just ended by itself is refused, and then started again.
            while rpc.getProcessInfo(name)["statename"] not in ended:
                if not _unless(Faults.NOT_RUNNING, rpc.stopProcess, name):
                    time.sleep(_POLL)

    def kill_process(self, name: str) -> None:
        """SIGKILL, and wait until that process is gone; ProcessLookupError when there is none."""
        pid = self.states()[name].pid
        self.signal(name, signal.SIGKILL)
        while self.states()[name].pid == pid:
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
        while not _stands_still(self.states()[name].pid):
            time.sleep(_POLL)

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
            for event, name in _LOGGED.findall(_text(log)):
                if event == "supervisord started":
                    starts.clear()
                else:
                    starts[name] = starts[name] + 1 if event == "spawned" else 0
        return starts

    def end_if_lost(self) -> None:
        """Kill a supervisord that cannot be told anything: its directory was deleted under it."""
        if not self.runs():
            self.kill()

    def kill(self) -> None:
        """SIGKILL supervisord: all its processes die with it."""
        for process in self._processes():
            doomed = [process, *process.children()]
            process.kill()
            psutil.wait_procs(doomed, timeout=10)
        self._reap()

    def shut_down(self) -> None:
        """Stop everything in reverse order, then supervisord; returns when all are gone."""
        for name in self.states():
            self.thaw(name)
        self._ask(lambda rpc: rpc.shutdown(), False)
        _, stuck = psutil.wait_procs(self._processes(), timeout=120)
        if stuck:
            self.kill()
        self._reap()

    def _reap(self) -> None:
        if child := _CHILDREN.pop(self.directory, None):
            child.wait()

    def _processes(self) -> list[psutil.Process]:
        """The supervisord of this directory, by its arguments.

        In a container the same path is another file: a process that sees other files is not ours.
        """
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if str(self._config) in process.cmdline() and _files(process.pid) == _files("self"):
                    found.append(process)
        return found

    def _ask(self, question: Callable[[Any], Any], otherwise: object) -> Any:  # noqa: ANN401 — any XML-RPC value
        """The answer, or `otherwise` when nobody is there."""
        try:
            with self._rpc() as rpc:
                return question(rpc)
        except (OSError, http.client.HTTPException, xmlrpc.client.Error):  # or it is just ending
            return otherwise

    @contextlib.contextmanager
    def _rpc(self) -> Iterator[Any]:
        socket = self._socket(_text(self.directory / "supervisord.pid").strip())
        transport = SupervisorTransport(serverurl=f"unix://{socket}")
        with xmlrpc.client.ServerProxy("http://localhost", transport) as proxy:
            yield proxy.supervisor

    def _socket(self, pid: str) -> str:
        path = str(self.directory / "supervisor.sock")
        short = len(path.encode()) <= _LONGEST_SOCKET_PATH
        return path if short else f"/proc/{pid}/cwd/supervisor.sock"


def _inherited() -> dict[str, str]:
    """What any program needs of the caller's environment."""
    return {name: os.environ[name] for name in _INHERITED if name in os.environ}


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


def _files(pid: int | str) -> tuple[Path, Path]:
    return Path(f"/proc/{pid}/ns/mnt").readlink(), Path(f"/proc/{pid}/root").readlink()


def _text(file: Path) -> str:
    return file.read_text(errors="replace") if file.exists() else ""
