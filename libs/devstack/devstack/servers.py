"""Stores, and stores that a test may hurt."""

import dataclasses
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from devstack.program import Program
from devstack.supervision import Supervisor

START_WITHIN = 200.0  # seconds: ten times what a busy machine takes


class Store(Protocol):
    """A server with data of its own under `directory`/data, on a fixed loopback port."""

    name: str
    directory: Path
    port: int

    @property
    def uri(self) -> str:
        """Where a client finds it, credentials included."""

    @property
    def service_uris(self) -> Mapping[str, str]:
        """Where a service finds it, by the name of each that uses it: each is another user."""

    def programs(self) -> Sequence[Program]:
        """Write the configuration and say what to run, in this order; the last one is the store."""

    def is_ready(self) -> bool:
        """Whether it serves clients now; sets up what only a running server can be told."""

    def empty(self) -> None:
        """Delete all that clients have stored, while it serves."""


def wipe(store: Store, supervisor: Supervisor, name: str) -> None:
    """Delete the data of a stopped store, which the supervisor knows by this name."""
    if supervisor.states()[name].pid:
        raise RuntimeError(f"{name} still runs: stop it before its data are wiped")
    shutil.rmtree(store.directory / "data", ignore_errors=True)


S = TypeVar("S", bound=Store)


class Server(Generic[S]):
    """A store that starts and ends only when a test says so."""

    def __init__(self, store: S, supervisor: Supervisor) -> None:
        self.store = store
        self._supervisor = supervisor
        self._names: list[str] = []

    @property
    def uri(self) -> str:
        """Where a client finds it."""
        return self.store.uri

    @property
    def port(self) -> int:
        """Its loopback port, the same after every start."""
        return self.store.port

    def start(self) -> None:
        """Start it on the same port, with its data, and wait until it serves."""
        programs = [
            dataclasses.replace(
                program, name=f"{self.store.directory.name}-{program.name}", restart=False
            )
            for program in self.store.programs()  # which makes a wiped directory again
        ]
        if not self._names:
            self._supervisor.add(programs)
            self._names = [program.name for program in programs]
        for name in self._names:
            self._supervisor.start(name)
        self._supervisor.wait_until(self.store.is_ready, self._names[-1], START_WITHIN)

    def stop(self) -> None:
        """SIGTERM, and wait until it is gone."""
        self._supervisor.stop(self._names[-1])

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self._supervisor.kill(self._names[-1])

    def wipe(self) -> None:
        """Delete its data. Only while it is stopped."""
        wipe(self.store, self._supervisor, self._names[-1])

    def renew(self) -> None:
        """Whatever was done to it, let it serve again, with nothing stored."""
        self.thaw()
        self.start()
        self.store.empty()

    def freeze(self) -> None:
        """SIGSTOP: it keeps its connections and answers nothing, from now on."""
        self._supervisor.freeze(self._names[-1])

    def thaw(self) -> None:
        """SIGCONT."""
        self._supervisor.thaw(self._names[-1])
