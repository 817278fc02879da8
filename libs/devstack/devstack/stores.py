"""What MongoDB, Redis and RabbitMQ have in common here."""

import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from devstack.process import Program, StartError


class Store(Protocol):
    """A server with data of its own in a directory, on a fixed loopback port."""

    name: str
    directory: Path
    port: int

    @property
    def uri(self) -> str:
        """Where a client finds it, credentials included."""

    def programs(self) -> Sequence[Program]:
        """Write the configuration and say what to run, in this order; the last one is the store."""

    def is_ready(self) -> bool:
        """Whether it serves clients now; sets up what only a running server can be told."""

    def empty(self) -> None:
        """Delete all that clients have stored, while it serves."""


def wipe(store: Store) -> None:
    """Delete the data of a stopped store."""
    shutil.rmtree(store.directory / "data", ignore_errors=True)


def wait_until(
    is_ready: Callable[[], bool], still_runs: Callable[[], bool], what: str, within: float
) -> None:
    """Poll until ready; raise StartError when it ended, or after `within` seconds."""
    deadline = time.monotonic() + within
    while not is_ready():
        if not still_runs():
            raise StartError(f"{what} ended while it started")
        if time.monotonic() > deadline:
            raise StartError(f"{what} was not ready within {within:.0f} s")
        time.sleep(0.1)
