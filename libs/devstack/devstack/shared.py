"""Servers that all workers of one pytest run share: the first that needs one starts it."""

import contextlib
import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from devstack.mongo import Mongo
from devstack.ports import free_port
from devstack.process import Owner, StartError
from devstack.rabbitmq import RabbitMQ
from devstack.servers import Server
from devstack.stores import Store

PASSWORD = "only-for-tests"

_RUN = "DEVSTACK_TEST_RUN"
_ATTEMPTS = 3

S = TypeVar("S", bound=Store)


class Run:
    """The directory of one pytest run, known to its workers through the environment."""

    def __init__(self, owner: Owner) -> None:
        self.owner = owner

    @classmethod
    def begin(cls) -> "Run":
        """Called once, by the process that starts the workers or runs the tests itself."""
        owner = Owner(os.getpid(), Path(tempfile.mkdtemp(prefix="devstack-test-")))
        os.environ[_RUN] = f"{owner.pid}:{owner.directory}"
        return cls(owner)

    @classmethod
    def join(cls) -> "Run":
        """Called by a worker."""
        controller, _, directory = os.environ[_RUN].partition(":")
        return cls(Owner(int(controller), Path(directory)))

    def end(self) -> None:
        """Stop what was started and remove the data."""
        for file in self.owner.directory.glob("*.json"):
            for pid in json.loads(file.read_text())["guards"]:
                _end(pid)
        shutil.rmtree(self.owner.directory, ignore_errors=True)

    def mongo(self) -> Mongo:
        """The run's mongod."""
        return self._shared("mongo", lambda: [free_port()], lambda d, p: Mongo(d, p[0]))

    def rabbitmq(self) -> RabbitMQ:
        """The run's node."""
        return self._shared(
            "rabbitmq", RabbitMQ.free_ports, lambda d, p: RabbitMQ(d, p, password=PASSWORD)
        )

    def own_directory(self, name: str) -> Path:
        """A new directory for a server of one worker or test."""
        return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.owner.directory))

    def _shared(
        self, name: str, ports: Callable[[], list[int]], make: Callable[[Path, list[int]], S]
    ) -> S:
        state = self.owner.directory / f"{name}.json"
        with _locked(self.owner.directory / f"{name}.lock"):
            if not state.exists():
                self._start(state, ports, make)
        known = json.loads(state.read_text())
        return make(Path(known["directory"]), known["ports"])

    def _start(
        self, state: Path, ports: Callable[[], list[int]], make: Callable[[Path, list[int]], S]
    ) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            directory = self.own_directory(state.stem)
            chosen = ports()
            server = Server(make(directory, chosen), self.owner)
            try:
                server.start()
            except StartError:  # somebody else may have taken a port in the meantime
                if attempt == _ATTEMPTS:
                    raise
            else:
                known = {"directory": str(directory), "ports": chosen, "guards": server.guard_pids}
                state.write_text(json.dumps(known))
                return


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _end(guard: int) -> None:
    """End a guard, and with it its server; wait until it is gone."""
    try:
        ended = os.pidfd_open(guard)
    except ProcessLookupError:
        return
    try:
        signal.pidfd_send_signal(ended, signal.SIGTERM)
        select.select([ended], [], [], 10.0)
    finally:
        os.close(ended)
