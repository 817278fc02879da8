"""The supervisord of one directory: how it is started, told and ended."""

import contextlib
import fcntl
import http.client
import os
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
from supervisor.xmlrpc import SupervisorTransport

from devstack.program import StartError

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
file=/proc/self/cwd/supervisor.sock
chmod=0600

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[include]
files=programs/*.conf
"""

_INHERITED = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH")
POLL = 0.02
"""Seconds between two looks at what takes a moment."""

_CHILDREN: dict[Path, subprocess.Popen[bytes]] = {}
"""The supervisords, by directory, that this process has to wait for when they end."""


class Supervisord:
    """The supervisord of one directory. A tied one ends with the process that starts it."""

    def __init__(self, directory: Path, *, tied: bool = False) -> None:
        self.directory = directory
        self._tied = tied
        self._config = directory / "supervisord.conf"
        self._programs = directory / "programs"

    def log(self, name: str) -> Path:
        """The log of a process."""
        return self.directory / "log" / f"{name}.log"

    def logs(self, name: str) -> str:
        """What a process wrote, as far as its log goes back."""
        return text_of(self.log(name))

    def launch(self) -> None:
        """Start it, with nothing running yet, unless it runs."""
        for folder in (self.log("").parent, self._programs):
            folder.mkdir(parents=True, exist_ok=True)
        user = "user=root\n" if os.geteuid() == 0 else ""  # else it warns that it is root
        if self.runs():
            return
        self._config.write_text(_HEADER.format(user=user))
        self._reap()
        command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(self._config)]
        if self._tied:
            command = ["setpriv", "--pdeathsig", "KILL", "--", *command, "--nodaemon"]
        with self.log("supervisord").with_suffix(".out").open("wb") as out:
            child = subprocess.Popen(
                command,
                cwd=self.directory,
                env=inherited(),
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
            time.sleep(POLL)

    def runs(self) -> bool:
        """Whether it answers."""
        return bool(self._ask(lambda rpc: rpc.getPID(), 0))

    def process(self) -> psutil.Process:
        """Its process; ProcessLookupError when it does not run."""
        for process in self._processes():
            return process
        raise ProcessLookupError(f"there is no supervisord in {self.directory}")

    def end_if_lost(self) -> None:
        """Kill a supervisord that cannot be told anything: its directory was deleted under it."""
        if not self.runs():
            self.kill_all()

    def kill_all(self) -> None:
        """SIGKILL supervisord: all its processes die with it."""
        for process in self._processes():
            with contextlib.suppress(psutil.NoSuchProcess):  # it may end by itself meanwhile
                doomed = [process, *process.children()]
                process.kill()
                psutil.wait_procs(doomed, timeout=10)
        self._reap()

    def _reap(self) -> None:
        if child := _CHILDREN.pop(self.directory, None):
            child.wait()

    def _processes(self) -> list[psutil.Process]:
        """The supervisord of this directory, by its arguments.

        In a container the same path is another file: a process that sees other files is not ours.
        """
        found: dict[int, psutil.Process] = {}
        for process in psutil.process_iter(["ppid"]):
            with contextlib.suppress(psutil.Error, OSError):
                if str(self._config) in process.cmdline() and _files(process.pid) == _files("self"):
                    found[process.pid] = process
        # A process that it has just forked has its arguments for a moment, until it runs its own.
        return [process for process in found.values() if process.info["ppid"] not in found]

    def _ask(self, question: Callable[[Any], Any], otherwise: object) -> Any:  # noqa: ANN401 — any XML-RPC value
        """The answer, or `otherwise` when nobody is there."""
        try:
            with self._rpc() as rpc:
                return question(rpc)
        except (OSError, http.client.HTTPException, xmlrpc.client.Error):  # or it is just ending
            return otherwise

    @contextlib.contextmanager
    def _rpc(self) -> Iterator[Any]:
        # By its working directory: a socket's address holds 107 bytes, too few for some paths.
        pid = text_of(self.directory / "supervisord.pid").strip()
        transport = SupervisorTransport(serverurl=f"unix:///proc/{pid}/cwd/supervisor.sock")
        with xmlrpc.client.ServerProxy("http://localhost", transport) as proxy:
            yield proxy.supervisor

    @contextlib.contextmanager
    def alone(self, task: str) -> Iterator[Path]:
        """One process at a time does this in this directory; the file that is locked."""
        path = self.directory / f"{task}.lock"
        while True:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            except FileNotFoundError:  # the directory was deleted at this moment
                continue
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                # A file that was deleted while this one waited keeps nobody away.
                if _is_at(path, descriptor):
                    yield path
                    return
            finally:
                os.close(descriptor)


def inherited() -> dict[str, str]:
    """What any program needs of the caller's environment."""
    return {name: os.environ[name] for name in _INHERITED if name in os.environ}


def _files(pid: int | str) -> tuple[Path, Path]:
    return Path(f"/proc/{pid}/ns/mnt").readlink(), Path(f"/proc/{pid}/root").readlink()


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def text_of(file: Path) -> str:
    return file.read_text(errors="replace") if file.exists() else ""
