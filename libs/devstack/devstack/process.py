"""A program to run, and one running under a guard."""

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from devstack import guard, launch, processes

_INHERITED = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH")

# No site-packages and nothing from the environment: it starts in a few milliseconds.
_PYTHON = (sys.executable, "-I", "-S")


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

    def file(self, directory: Path) -> Path:
        """Where `save` writes it."""
        return directory / f"{self.name}.json"

    def save(self, directory: Path) -> list[str]:
        """Write it to a file that only the owner reads, and return the command that runs it."""
        file = self.file(directory)
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
        self.guard_pid = 0
        """The pid of the guard: SIGTERM to it ends both. 0 before the first start."""
        self._pid = 0

    def start(self) -> None:
        """Start it; not yet ready to serve."""
        guard_command = [*_PYTHON, guard.__file__, str(self._owner.pid), str(self._owner.directory)]
        with self.log.open("ab") as log:
            answer = subprocess.run(
                [*guard_command, *self.program.save(self.program.directory)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal is for pytest alone
                check=False,
            ).stdout
        if not answer:
            raise StartError(f"{self.program.name} did not start: {self.last_words()}")
        self.guard_pid, self._pid = map(int, answer.split())

    @property
    def running(self) -> bool:
        """Whether the process lives, frozen or not."""
        file = str(self.program.file(self.program.directory))
        return self.guard_pid != 0 and processes.has_argument(self.guard_pid, file)

    def last_words(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it still runs."""
        if self.running:
            with contextlib.suppress(ProcessLookupError):  # it ended in between
                os.kill(self._pid, number)

    def freeze(self) -> None:
        """SIGSTOP, and wait until it stands still, if it still runs."""
        if self.running:
            with contextlib.suppress(ProcessLookupError):
                processes.freeze(self._pid)

    def wait(self, within: float) -> None:
        """Wait until it is gone; raise TimeoutError past `within` seconds."""
        if self.running:
            processes.wait_for_end([self.guard_pid], within)
        if self.running:
            raise TimeoutError(f"{self.program.name} did not end within {within:.0f} s")

    def stop(self, within: float = 20.0) -> None:
        """SIGTERM and wait; past `within` seconds SIGKILL."""
        self.signal(signal.SIGTERM)
        self.signal(signal.SIGCONT)
        try:
            self.wait(within)
        except TimeoutError:
            self.kill()

    def kill(self) -> None:
        """SIGKILL and wait."""
        self.signal(signal.SIGKILL)
        self.wait(10.0)
