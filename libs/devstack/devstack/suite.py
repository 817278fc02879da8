"""The whole suite in one directory: stores, services and page, supervised."""

import contextlib
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import httpx2

from devstack.backups import is_ready_and_whole
from devstack.local_http import local_client
from devstack.mongo import Mongo
from devstack.plan import Plan
from devstack.ports import LOOPBACK
from devstack.program import StartError
from devstack.servers import START_WITHIN, wipe
from devstack.services import GATEWAY, PAGE, SERVICES
from devstack.supervision import Supervisor
from devstack.trace_receiver import PATH
from devstack.traces import RECEIVER

ROOT = Path(__file__).resolve().parents[3]
"""The repository that this devstack is part of."""

Step = Callable[[str], AbstractContextManager[object]]
"""Says what is being done, for as long as it takes."""

_TITLES = {"mongo": "MongoDB", "redis": "Redis", "rabbitmq": "RabbitMQ"}
_READY_WITHIN = START_WITHIN


class Suite(Supervisor):
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
        step: Step = contextlib.nullcontext,
    ) -> None:
        super().__init__(directory, tied=tied)
        self.root = root
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
        with self.alone("suite"):
            self.end_if_lost()
            running = {name for name, process in self.states().items() if process.pid}
            self._plan = Plan(
                self.root, self.directory, self._settings, running, with_page=with_page
            )
            programs = self._plan.programs()
            self.launch()
            self.add(programs, only=True)
            before = self.states()
            for program in programs:
                self.start(program.name)
            for name, is_ready in self._checks().items():
                verb = "Checking" if before[name].pid else "Starting"
                with self._step(f"{verb} {_TITLES.get(name, name)}"):
                    self.wait_until(is_ready, name, _READY_WITHIN)

    def _checks(self) -> dict[str, Callable[[], bool]]:
        """By name, whether it does its job now."""
        checks: dict[str, Callable[[], bool]] = {
            store.name: store.is_ready for store in self.plan.stores
        } | {
            store.name: partial(is_ready_and_whole, store)
            for store in self.plan.stores
            if isinstance(store, Mongo)
        }
        if self.plan.trace_port:
            url = f"http://{LOOPBACK}:{self.plan.trace_port}{PATH}"
            checks[RECEIVER] = partial(_answers, url)
        checks |= {name: partial(_answers, f"{url}/ready") for name, url in self.urls.items()}
        return checks | ({PAGE: partial(_answers, self.page_url)} if self.plan.with_page else {})

    def down(self) -> None:
        """Stop all of it; the data stay."""
        with self.alone("suite"):
            self.shut_down()

    def clean(self) -> None:
        """Stop all of it and delete its directory: data, logs, secrets."""
        with self.alone("suite") as lock:
            self.shut_down()
            # The lock goes last, so that nobody begins in a directory that is still being deleted.
            for path in list(self.directory.iterdir()):
                if path != lock:
                    _delete(path)
            lock.unlink()
            with contextlib.suppress(OSError):  # whoever came at this moment has it again
                self.directory.rmdir()

    def end(self) -> None:
        """Kill all of it and delete its directory: for tests, which need none of it any more."""
        self.kill_all()
        shutil.rmtree(self.directory, ignore_errors=True)

    def wait_ready(self, within: float = _READY_WITHIN) -> None:
        """Wait until all that should run is ready; StartError past `within` seconds."""
        deadline = time.monotonic() + within
        for name, is_ready in self._checks().items():
            self.wait_until(is_ready, name, deadline - time.monotonic(), failures=100)

    @property
    def urls(self) -> dict[str, str]:
        """The address of each service."""
        return self.plan.urls

    @property
    def gateway_url(self) -> str:
        """The gateway's address."""
        return self.urls[GATEWAY]

    @property
    def page_url(self) -> str:
        """The page's address."""
        return self.plan.page_url

    def service_environment(self, name: str) -> dict[str, str]:
        """As `environment`; StartError for what is no service, or was never started here."""
        if name not in SERVICES:
            raise StartError(f"There is no service {name}: there are {', '.join(SERVICES)}.")
        try:
            return self.environment(name)
        except KeyError:
            raise StartError(f"{name} was never started here: `make up` first.") from None

    def wipe(self, name: str) -> None:
        """Delete the data of a stopped store."""
        [store] = [store for store in self.plan.stores if store.name == name]
        wipe(store, self, name)
        store.programs()  # makes its directory again


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()


def _answers(url: str) -> bool:
    try:
        with local_client() as client:
            return client.get(url, follow_redirects=True).is_success
    except httpx2.TransportError:
        return False
