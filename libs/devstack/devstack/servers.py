"""Dedicated servers for tests."""

import signal
from typing import Generic, TypeVar

from devstack import stores
from devstack.process import GuardedProcess, Owner, StartError

S = TypeVar("S", bound=stores.Store)


class Server(Generic[S]):
    """A store as child processes that a test may hurt. It does not outlive its owner."""

    def __init__(self, store: S, owner: Owner) -> None:
        self.store = store
        self._processes = [GuardedProcess(program, owner) for program in store.programs()]

    @property
    def uri(self) -> str:
        """Where a client finds it."""
        return self.store.uri

    @property
    def port(self) -> int:
        """Its loopback port, the same after every start."""
        return self.store.port

    @property
    def guard_pids(self) -> list[int]:
        """The pids to end it by, from any process."""
        return [process.guard_pid for process in self._processes]

    @property
    def _main(self) -> GuardedProcess:
        return self._processes[-1]

    def start(self) -> None:
        """Start it on the same port, with its data, and wait until it serves."""
        self.store.programs()  # a wiped directory has to be made again
        for process in self._processes:
            if not process.running:
                process.start()
        try:
            stores.wait_until(self.store.is_ready, lambda: self._main.running, self.store.name, 60)
        except StartError as error:
            last_words = self._main.last_words()
            self.kill()
            raise StartError(f"{error}; its log ends:\n{last_words}") from None

    def stop(self) -> None:
        """SIGTERM, and wait until it is gone."""
        self._main.stop()
        self._end_helpers()

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self._main.kill()
        self._end_helpers()

    def _end_helpers(self) -> None:
        for process in self._processes[:-1]:
            process.kill()

    def wipe(self) -> None:
        """Delete its data. Only while it is stopped."""
        if self._main.running:
            raise RuntimeError(f"{self.store.name} still runs: stop it before its data are wiped")
        stores.wipe(self.store)

    def renew(self) -> None:
        """Whatever was done to it, let it serve again, with nothing stored."""
        self.thaw()
        self.start()
        self.store.empty()

    def freeze(self) -> None:
        """SIGSTOP: it keeps its connections and answers nothing, from now on."""
        self._main.freeze()

    def thaw(self) -> None:
        """SIGCONT."""
        self._main.signal(signal.SIGCONT)
