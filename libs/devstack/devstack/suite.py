"""The whole suite in one directory: stores, services and page, supervised."""

import contextlib
import fcntl
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import httpx2

from devstack import servers
from devstack.local_http import local_client
from devstack.page import PAGE
from devstack.plan import Plan
from devstack.program import StartError
from devstack.services import GATEWAY, SERVICES
from devstack.supervision import ProcessState, Supervisor

ROOT = Path(__file__).resolve().parents[3]
"""The repository that this devstack is part of."""

Step = Callable[[str], AbstractContextManager[object]]
"""Says what is being done, for as long as it takes."""

_TITLES = {"mongo": "MongoDB", "redis": "Redis", "rabbitmq": "RabbitMQ"}
_READY_WITHIN = 90.0
_FAILED_STARTS = 2


def _silent(_step: str) -> AbstractContextManager[object]:
    return contextlib.nullcontext()


class Suite:
    """A suite in `directory`, of the code in `root`. A tied one ends with the calling process.

    `settings` are environment variables: the services' own, and those that `devstack help` names.
    """

    def __init__(
        self,
        root: Path,
        directory: Path,
        settings: Mapping[str, str],
        *,
        tied: bool = False,
        step: Step = _silent,
    ) -> None:
        self.directory = directory
        self.supervisor = Supervisor(directory, tied=tied)
        self._root = root
        self._settings = settings
        self._step = step
        self._plan: Plan | None = None

    @property
    def plan(self) -> Plan:
        """What it consists of, as of the last `up`."""
        if self._plan is None:
            raise RuntimeError("the suite is not up")
        return self._plan

    def up(self, *, with_page: bool = False) -> None:
        """Start what does not run, restart what changed, and wait until all of it is ready."""
        with self._alone():
            self.supervisor.end_if_lost()
            running = {name for name, process in self.states().items() if process.pid}
            self._plan = Plan(
                self._root, self.directory, self._settings, running, with_page=with_page
            )
            programs = self._plan.programs()
            self.supervisor.start()
            self.supervisor.add(programs, only=True)
            before = self.states()
            for program in programs:
                self.supervisor.start_process(program.name)
            for name in self._checks():
                verb = "Checking" if before[name].pid else "Starting"
                with self._step(f"{verb} {_TITLES.get(name, name)}"):
                    self._wait_for(name, before[name].restarts)

    def _checks(self) -> dict[str, Callable[[], bool]]:
        """By name, whether it does its job now."""
        checks: dict[str, Callable[[], bool]] = {
            store.name: store.is_ready for store in self.plan.stores
        }
        checks |= {name: partial(_answers, f"{url}/ready") for name, url in self.urls.items()}
        return checks | ({PAGE: partial(_answers, self.page_url)} if self.plan.with_page else {})

    def _wait_for(self, name: str, restarts: int) -> None:
        def keeps_running() -> bool:
            return self.states()[name].restarts < restarts + _FAILED_STARTS

        try:
            servers.wait_until(self._checks()[name], keeps_running, name, _READY_WITHIN)
        except StartError as error:
            end = "\n".join(self.logs(name).splitlines()[-15:])
            raise StartError(f"{error}; its log ends:\n{end}") from None

    def down(self) -> None:
        """Stop all of it; the data stay."""
        with self._alone():
            self.supervisor.shut_down()

    def clean(self) -> None:
        """Stop all of it and delete its directory: data, logs, secrets."""
        self.down()
        shutil.rmtree(self.directory, ignore_errors=True)

    def end(self) -> None:
        """Kill all of it and delete its directory: for tests, which need none of it any more."""
        self.supervisor.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One `up` or `down` at a time."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.directory / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def states(self) -> dict[str, ProcessState]:
        """Every process by name; none when the suite is down."""
        return self.supervisor.states()

    def wait_ready(self, within: float = _READY_WITHIN) -> None:
        """Wait until all that should run is ready; StartError past `within` seconds."""
        deadline = time.monotonic() + within
        for name, is_ready in self._checks().items():
            servers.wait_until(is_ready, lambda: True, name, deadline - time.monotonic())

    @property
    def urls(self) -> dict[str, str]:
        """The address of each service."""
        return self.plan.urls

    @property
    def gateway_url(self) -> str:
        """The gateway's address."""
        return self.urls[GATEWAY.name]

    @property
    def page_url(self) -> str:
        """The page's address."""
        return self.plan.page_url

    @property
    def env(self) -> dict[str, dict[str, str]]:
        """The environment of each service."""
        return {service.name: self.environment(service.name) for service in SERVICES}

    def environment(self, name: str) -> dict[str, str]:
        """The environment that a process was last started with; KeyError if it never was."""
        return self.supervisor.environment(name)

    def logs(self, name: str) -> str:
        """What a process wrote, as far as its log goes back."""
        log = self.supervisor.log(name)
        return log.read_text(errors="replace") if log.exists() else ""

    def kill(self, name: str) -> None:
        """SIGKILL: it is started again."""
        self.supervisor.kill_process(name)

    def stop(self, name: str) -> None:
        """SIGTERM, and it stays away until `start`."""
        self.supervisor.stop_process(name)

    def start(self, name: str) -> None:
        """Start it again, on the same port; `wait_ready` waits for it."""
        self.supervisor.start_process(name)

    def freeze(self, name: str) -> None:
        """SIGSTOP: it keeps its connections and answers nothing, from now on."""
        self.supervisor.freeze(name)

    def thaw(self, name: str) -> None:
        """SIGCONT; a process that does not run needs none."""
        self.supervisor.thaw(name)

    def wipe(self, name: str) -> None:
        """Delete the data of a stopped store."""
        if self.states()[name].pid:
            raise RuntimeError(f"{name} still runs: stop it before its data are wiped")
        [store] = [store for store in self.plan.stores if store.name == name]
        servers.wipe(store)
        store.programs()  # makes its directory again


def _answers(url: str) -> bool:
    try:
        with local_client() as client:
            return client.get(url, follow_redirects=True).is_success
    except httpx2.TransportError:
        return False
