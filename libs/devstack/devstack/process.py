"""A program to run, and one running under a guard."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from devstack import guard, launch

_INHERITED = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH")

# No site-packages and nothing from the environment: it starts in a few milliseconds.
_PYTHON = (sys.executable, "-I", "-S")


# A guard may outlive the object that started it: another process or object then ends it.
_guards: set[subprocess.Popen[bytes]] = set()


class StartError(RuntimeError):
    """Something did not start; the message says why and what to do about it."""


@dataclass(frozen=True)
class Program:
    """What to run, where: `env` comes on top of a bare environment.

    A different `version` tells apart two programs that only differ in the files they read.
    """

    name: str
    argv: Sequence[str]
    directory: Path
    env: Mapping[str, str] = field(default_factory=dict)
    version: str = ""

    @property
    def full_environment(self) -> dict[str, str]:
        """What any program needs of the caller's environment, then its own."""
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        return inherited | dict(self.env)

    @property
    def digest(self) -> str:
        """The same for two programs that need no restart to become each other.

        What is inherited does not count: another terminal is no reason to restart anything.
        """
        return hashlib.sha256(self._as_json(self.env).encode()).hexdigest()

    def _as_json(self, env: Mapping[str, str]) -> str:
        program = {"argv": list(self.argv), "directory": str(self.directory), "env": dict(env)}
        return json.dumps(program | {"version": self.version}, sort_keys=True)

    def save(self, directory: Path) -> list[str]:
        """Write it to a file that only the owner reads, and return the command that runs it."""
        file = directory / f"{self.name}.json"
        file.touch(0o600)
        file.write_text(self._as_json(self.full_environment))
        return [*_PYTHON, launch.__file__, str(file)]


@dataclass(frozen=True)
class Owner:
    """A process that guarded programs do not outlive, and the directory that goes with it."""

    pid: int
    directory: Path


class GuardedProcess:
    """A program that runs no longer than its owner."""

    def __init__(self, program: Program, owner: Owner) -> None:
        self.program = program
        self.log = program.directory / f"{program.name}.log"
        self._owner = owner
        self._guard: subprocess.Popen[bytes] | None = None
        self._pid = 0

    def start(self) -> None:
        """Start it; not yet ready to serve."""
        guard_command = [*_PYTHON, guard.__file__, str(self._owner.pid), str(self._owner.directory)]
        with self.log.open("ab") as log:
            self._guard = subprocess.Popen(
                [*guard_command, *self.program.save(self.program.directory)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal is for pytest alone
            )
        _guards.add(self._guard)
        assert self._guard.stdout is not None
        with self._guard.stdout as answer:
            line = answer.readline()
        if not line:
            self.wait(10.0)
            raise StartError(f"{self.program.name} did not start: {self.last_words()}")
        self._pid = int(line)

    @property
    def guard_pid(self) -> int:
        """The pid of the guard: SIGTERM to it ends both."""
        return self._guard.pid if self._guard else 0

    @property
    def running(self) -> bool:
        """Whether the process lives, frozen or not."""
        return self._guard is not None and self._guard.poll() is None

    def last_words(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it still runs."""
        if self.running:
            os.kill(self._pid, number)

    def wait(self, within: float) -> None:
        """Wait until it is gone; raise TimeoutExpired past `within` seconds."""
        if self._guard is not None:
            self._guard.wait(within)
            _guards.discard(self._guard)

    def stop(self, within: float = 20.0) -> None:
        """SIGTERM and wait; past `within` seconds SIGKILL."""
        self.signal(signal.SIGTERM)
        self.signal(signal.SIGCONT)
        try:
            self.wait(within)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """SIGKILL and wait."""
        self.signal(signal.SIGKILL)
        self.wait(10.0)
