"""Servers that all workers of one pytest run share: the first that needs one starts it."""

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from devstack.mongo import Mongo
from devstack.rabbitmq import RabbitMQ
from devstack.servers import Server, Store
from devstack.state import State
from devstack.supervision import Supervisor

PASSWORD = "only-for-tests"

_RUN = "DEVSTACK_TEST_RUN"
_PREFIX = "devstack-test-"

S = TypeVar("S", bound=Store)


class Run:
    """One directory and one supervisord, known to the workers through the environment.

    Supervisord ends with the process that began the run. The directory is locked as long as that
    process lives: a later run removes what one left that was killed.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._supervisor = Supervisor(directory, tied=True)
        self._lock = -1

    @classmethod
    def begin(cls) -> "Run":
        """Called once, by the process that starts the workers or runs the tests itself."""
        _remove_what_is_left()
        run = cls(Path(tempfile.mkdtemp(prefix=_PREFIX)))
        run._lock = os.open(run._directory, os.O_RDONLY)
        fcntl.flock(run._lock, fcntl.LOCK_SH)
        os.environ[_RUN] = str(run._directory)
        run._supervisor.launch()
        return run

    @classmethod
    def join(cls) -> "Run":
        """Called by a worker."""
        return cls(Path(os.environ[_RUN]))

    def end(self) -> None:
        """Stop what was started and remove the data."""
        self._supervisor.kill_all()
        shutil.rmtree(self._directory, ignore_errors=True)
        os.close(self._lock)

    def own_directory(self, name: str) -> Path:
        """A new directory for a server of one worker or test."""
        return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self._directory))

    def server(self, store: S) -> Server[S]:
        """A store of this run, not yet started."""
        return Server(store, self._supervisor)

    def mongo(self) -> Mongo:
        """The run's mongod."""
        return self._shared("mongo", 1, lambda d, p: Mongo(d, p[0]))

    def rabbitmq(self) -> RabbitMQ:
        """The run's node."""
        return self._shared("rabbitmq", 4, lambda d, p: RabbitMQ(d, p, secret=PASSWORD))

    def _shared(self, name: str, ports: int, make: Callable[[Path, list[int]], S]) -> S:
        """Started by the first worker that needs it; the others wait, and find it running."""
        directory = self._directory / name
        with self._supervisor.alone(f"start-{name}"):
            directory.mkdir(exist_ok=True)
            store = make(directory, State(directory).ports(name, ports, in_use=True))
            self.server(store).start()
        return store


def _remove_what_is_left() -> None:
    for directory in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # another user's, or in use
            if time.time() - directory.stat().st_mtime < 60:
                continue  # and perhaps not locked yet
            descriptor = os.open(directory, os.O_RDONLY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(directory)
            finally:
                os.close(descriptor)
