"""A suite with two replicas of every service, gateway included, on one set of stores."""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import httpx2
from devstack.local_http import local_client
from devstack.ports import LOOPBACK
from devstack.program import Program
from devstack.pytest_suite import running_suite
from devstack.samples import read_samples
from devstack.servers import START_WITHIN
from devstack.services import GATEWAY, SERVICES, module_of
from devstack.shared import Run
from devstack.suite import Suite
from named_gateway import ADDRESSES

_NAMED_GATEWAY = str(Path(__file__).with_name("named_gateway.py"))


class Replica(NamedTuple):
    """One process of a service; `name` is the supervisor's for it."""

    service: str
    address: str
    name: str


class Replicated:
    """The replicas of a service listen on one port, each at an address of its own.

    The first ones are the suite's own, gateway apart.
    """

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.port = suite.plan.ports[GATEWAY]
        self.replicas = [
            Replica(service, address, f"{service}-{number}" if number > 1 else service)
            for service in SERVICES
            for number, address in enumerate(ADDRESSES, 1)
        ]

    def of(self, service: str) -> list[Replica]:
        """In the order of `ADDRESSES`."""
        return [replica for replica in self.replicas if replica.service == service]

    @property
    def gateways(self) -> list[str]:
        return [f"http://{address}:{self.port}" for address in ADDRESSES]

    def launch(self) -> None:
        """Add the second ones to the suite's own, and have both gateways look names up."""
        others = [
            self._program(replica) for replica in self.replicas if not self._is_suites(replica)
        ]
        self.suite.add(others)
        self.start(self.replicas)

    def _is_suites(self, replica: Replica) -> bool:
        return replica.address == LOOPBACK and replica.service != GATEWAY

    def _program(self, replica: Replica) -> Program:
        env = self.suite.plan.environment(replica.service) | {"HOST": replica.address}
        argv = [sys.executable, "-m", module_of(replica.service)]
        if replica.service == GATEWAY:
            argv = [sys.executable, _NAMED_GATEWAY]
            for service in SERVICES:
                url = f"{module_of(service).upper()}_URL"
                if url in env:
                    env[url] = f"http://{service}.test:{self.suite.plan.ports[service]}"
        return Program(replica.name, argv, self.suite.directory, env, restart=False)

    def start(self, replicas: Sequence[Replica]) -> None:
        """Start those that do not run, and wait until all are ready."""
        for replica in replicas:
            self.suite.start(replica.name)
        for replica in replicas:
            self.suite.wait_until(partial(self._is_ready, replica), replica.name, START_WITHIN)

    def _is_ready(self, replica: Replica) -> bool:
        url = f"http://{replica.address}:{self.suite.plan.ports[replica.service]}"
        try:
            with local_client(url) as http:
                return http.get("/ready").is_success
        except httpx2.TransportError:
            return False

    def kill(self, replica: Replica) -> None:
        """SIGKILL, and wait until it is gone: away until it is started, unless it is the suite's own."""
        self.suite.kill(replica.name)

    def stop(self, replica: Replica) -> None:
        """SIGTERM, and wait until it has drained: away until it is started."""
        self.suite.stop(replica.name)

    async def metric(self, replica: Replica, name: str) -> float:
        """The sum of these series of a replica."""
        port = self.suite.plan.metrics_ports[replica.service]
        url = f"http://{replica.address}:{port}/metrics"
        samples = await asyncio.to_thread(read_samples, url)
        found = [sample.value for sample in samples if sample.name == name]
        assert found, f"{replica.name} has no {name}"
        return sum(found)


@contextmanager
def running_replicated(run: Run) -> Iterator[Replicated]:
    """As long as the body runs. Users have no limits but those that a test sets."""
    unlimited = {
        f"QUOTA_{kind}_{span}": "0"
        for kind in ("READ", "WRITE")
        for span in ("BURST", "MINUTE", "DAY")
    }
    settings = unlimited | {"QUOTAS": "on", "RATE_LIMIT_PER_MINUTE": "0"}
    with running_suite(run, "replicated", **settings) as suite:
        replicated = Replicated(suite)
        replicated.launch()
        yield replicated
