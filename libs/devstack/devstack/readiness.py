"""Starting a suite's programs in order, and when each is ready."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from functools import partial

import httpx2

from devstack import stores
from devstack.local_http import local_client
from devstack.page import PAGE
from devstack.plan import Plan
from devstack.process import Program, StartError
from devstack.rabbitmq import RabbitMQ
from devstack.services import SERVICES
from devstack.supervision import Supervisor

Step = Callable[[str], AbstractContextManager[object]]
"""Says what is being done, for as long as it takes."""

_TITLES = {"mongo": "MongoDB", "redis": "Redis", "rabbitmq": "RabbitMQ"}
_READY_WITHIN = 90.0
_FAILED_STARTS = 2


def checks(plan: Plan) -> dict[str, Callable[[], bool]]:
    """By name: whether it does its job now."""
    ready: dict[str, Callable[[], bool]] = {store.name: store.is_ready for store in plan.stores}
    for name, url in plan.urls.items():
        ready[name] = partial(_answers, f"{url}/ready")
    return ready | {PAGE: partial(_answers, plan.page_url)}


def _answers(url: str) -> bool:
    try:
        with local_client() as client:
            return client.get(url, follow_redirects=True).is_success
    except httpx2.TransportError:
        return False


class Startup:
    """One start of a plan's programs. Those that run already are only waited for."""

    def __init__(self, plan: Plan, supervisor: Supervisor, step: Step) -> None:
        self._plan = plan
        self._supervisor = supervisor
        self._step = step
        self._checks = checks(plan)
        states = supervisor.states()
        self._already_logged = {name: self._log_size(name) for name in states}
        self._new = {name for name, process in states.items() if not process.pid}

    def run(self, of_stores: Sequence[Program], others: Sequence[Program]) -> None:
        """RabbitMQ takes longest: what does without it starts in the meantime."""
        patient = {service.name for service in SERVICES if "RABBITMQ_URI" in service.wiring}
        names = [store.name for store in self._plan.stores]
        self._start(of_stores)
        self._wait_for(name for name in names if name != RabbitMQ.name)
        self._start(program for program in others if program.name not in patient)
        self._wait_for(name for name in names if name == RabbitMQ.name)
        self._start(program for program in others if program.name in patient)
        self._wait_for(program.name for program in others)

    def _start(self, programs: Iterable[Program]) -> None:
        for program in programs:
            self._supervisor.start_process(program.name)

    def _wait_for(self, names: Iterable[str]) -> None:
        for name in names:
            verb = "Starting" if name in self._new else "Checking"
            with self._step(f"{verb} {_TITLES.get(name, name)}"):
                self._wait_for_one(name)

    def _wait_for_one(self, name: str) -> None:
        before = self._supervisor.states()[name].restarts

        def keeps_running() -> bool:
            return self._supervisor.states()[name].restarts < before + _FAILED_STARTS

        try:
            stores.wait_until(self._checks[name], keeps_running, name, _READY_WITHIN)
        except StartError as error:
            raise StartError(f"{error}; its log ends:\n{self._last_words(name)}") from None

    def _last_words(self, name: str) -> str:
        log = self._supervisor.log(name)
        old = self._already_logged[name]
        text = log.read_bytes() if log.exists() else b""
        new = text[old:] if len(text) >= old else text  # or it was rotated
        return "\n".join(new.decode(errors="replace").splitlines()[-15:])

    def _log_size(self, name: str) -> int:
        log = self._supervisor.log(name)
        return log.stat().st_size if log.exists() else 0
