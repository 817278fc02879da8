"""The whole suite in one directory: stores, services and page, supervised."""

import contextlib
import fcntl
import json
import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from devstack import stores
from devstack.page import Page
from devstack.plan import Plan
from devstack.process import Owner
from devstack.readiness import Startup, Step, checks
from devstack.services import GATEWAY, SERVICES
from devstack.supervision import ProcessState, Supervisor

ROOT = Path(__file__).resolve().parents[3]
"""The repository that this devstack is part of."""


def _silent(_step: str) -> contextlib.AbstractContextManager[object]:
    return contextlib.nullcontext()


class Suite:
    """A suite in `directory`, of the code in `root`. With an owner it ends with that process.

    `settings` are environment variables: the services' own, and those that `devstack help` names.
    """

    def __init__(
        self,
        root: Path,
        directory: Path,
        settings: Mapping[str, str],
        *,
        owner: Owner | None = None,
        step: Step = _silent,
    ) -> None:
        self.directory = directory
        self._root = root
        self._settings = settings
        self._step = step
        self._supervisor = Supervisor(directory, owner)
        self._page = Page(root / "frontend", self._supervisor.log("page-build"))
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
            self._supervisor.end_if_lost()
            running = {name for name, process in self.states().items() if process.pid}
            plan = Plan(self._root, self.directory, self._settings, running, with_page=with_page)
            self._plan = plan
            if with_page:
                self._build_page()
            of_stores, others = plan.store_programs(), plan.service_programs()
            if with_page:
                others.append(plan.page_program(self._page))
            self._supervisor.start()
            self._supervisor.update([*of_stores, *others])
            Startup(plan, self._supervisor, self._step).run(of_stores, others)

    def _build_page(self) -> None:
        if self._page.is_built():
            return
        if not self._page.is_installed():
            with self._step("Installing the page's packages"):
                self._page.install()
        with self._step("Building the page"):
            self._page.build()

    def down(self) -> None:
        """Stop all of it; the data stay."""
        with self._alone():
            self._supervisor.shut_down()

    def clean(self) -> None:
        """Stop all of it and delete its directory: data, logs, secrets."""
        self.down()
        shutil.rmtree(self.directory, ignore_errors=True)

    def end(self) -> None:
        """Kill all of it and delete its directory: for tests, which need none of it any more."""
        self._supervisor.kill()
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
        return self._supervisor.states()

    def wait_ready(self, within: float = 60.0) -> None:
        """Wait until all that should run is ready; StartError past `within` seconds."""
        deadline = time.monotonic() + within
        known = self.states()
        for name, is_ready in checks(self.plan).items():
            if name in known:
                left = max(0.0, deadline - time.monotonic())
                stores.wait_until(is_ready, lambda: True, name, left)

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
        file = self.directory / "run" / f"{name}.json"
        if not file.exists():
            raise KeyError(name)
        environment: dict[str, str] = json.loads(file.read_text())["env"]
        return environment

    def logs(self, name: str) -> str:
        """What a process wrote, as far as its log goes back."""
        log = self._supervisor.log(name)
        return log.read_text(errors="replace") if log.exists() else ""

    def kill(self, name: str) -> None:
        """SIGKILL: it is started again."""
        self._supervisor.signal(name, signal.SIGKILL)

    def stop(self, name: str) -> None:
        """SIGTERM, and it stays away until `start`."""
        self._supervisor.stop_process(name)

    def start(self, name: str) -> None:
        """Start it again, on the same port; `wait_ready` waits for it."""
        self._supervisor.start_process(name)

    def freeze(self, name: str) -> None:
        """SIGSTOP: it keeps its connections and answers nothing, from now on."""
        self._supervisor.freeze(name)

    def thaw(self, name: str) -> None:
        """SIGCONT; a process that does not run needs none."""
        self._supervisor.thaw(name)

    def wipe(self, name: str) -> None:
        """Delete the data of a stopped store."""
        if self.states()[name].pid:
            raise RuntimeError(f"{name} still runs: stop it before its data are wiped")
        [store] = [store for store in self.plan.stores if store.name == name]
        stores.wipe(store)
        store.programs()  # makes its directory again
