"""Several servers that are one store together, each a process that a test may hurt."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from devstack.program import StartError
from devstack.servers import START_WITHIN, Server, Store

MEMBERS = 3
POLL = 0.1  # seconds

S = TypeVar("S", bound=Store)
T = TypeVar("T")


class Members(ABC, Generic[S]):
    """The members of one store; a store of this kind goes on without one of three."""

    def __init__(self, members: Sequence[Server[S]]) -> None:
        self.members = members

    @abstractmethod
    def is_whole(self) -> bool:
        """Whether every member does its part."""

    def start(self) -> None:
        """Start what does not run, and wait until the store is whole; StartError otherwise."""
        start_together(self.members)
        wait_for(self.is_whole, f"{type(self).__name__} is not whole")

    def mend(self) -> None:
        """Whatever was done to its members, let all of them serve again."""
        for member in self.members:
            member.thaw()
        self.start()


def wait_for(ask: Callable[[], T | None], fault: str) -> T:
    """Poll until the answer is true, and return it; StartError with the fault when it never is."""
    deadline = time.monotonic() + START_WITHIN
    while not (answer := ask()):
        if time.monotonic() > deadline:
            raise StartError(f"{fault} within {START_WITHIN:.0f} s")
        time.sleep(POLL)
    return answer


def start_together(members: Sequence[Server[S]]) -> None:
    """Start all of them at once; returns when each serves."""
    with ThreadPoolExecutor() as threads:
        for started in [threads.submit(member.start) for member in members]:
            started.result()
