"""What only the owner of a suite can do: look into its stores, and run more of its code."""

import base64
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import quote, urlsplit

import httpx2
from client import Json
from contracts.events import DEAD_LETTER_QUEUE, EXCHANGE, QUEUE
from devstack.local_http import local_client
from devstack.ports import LOOPBACK, free_port
from devstack.rabbitmq import RabbitMQ
from devstack.suite import Suite
from pymongo import MongoClient
from pymongo.database import Database

GATEWAY = "api-gateway"
USERS = "user-service"
TASKS = "tasks-service"
ACTIVITY = "activity-service"


@contextmanager
def database_of(suite: Suite, service: str) -> Iterator[Database[Json]]:
    """The database of one service."""
    uri = suite.environment(service)["MONGO_URI"]
    with MongoClient[Json](uri, tz_aware=True, timeoutMS=5000) as client:
        yield client.get_default_database()


class Broker:
    """The suite's RabbitMQ through its management API."""

    def __init__(self, suite: Suite) -> None:
        [self._store] = [store for store in suite.plan.stores if isinstance(store, RabbitMQ)]
        self._vhost = quote(urlsplit(self._store.uri).path[1:] or "/", safe="%")

    def publish(self, body: bytes, *, routing_key: str = "TaskCreated") -> None:
        """Straight to the exchange, as any program could."""
        message = {
            "properties": {"delivery_mode": 2},
            "routing_key": routing_key,
            "payload": base64.b64encode(body).decode(),
            "payload_encoding": "base64",
        }
        answer = self._call("POST", f"exchanges/{self._vhost}/{EXCHANGE}/publish", message)
        assert answer == {"routed": True}

    def dead_letters(self) -> int:
        """How many messages activity-service has given up."""
        return self._depth(DEAD_LETTER_QUEUE)

    def waiting(self) -> int:
        """How many messages the consumer has not yet acknowledged."""
        return self._depth(QUEUE)

    def drop_dead_letters(self) -> None:
        """Delete all of them."""
        self._call("DELETE", f"queues/{self._vhost}/{DEAD_LETTER_QUEUE}/contents")

    def _depth(self, queue: str) -> int:
        """AssertionError while a broker that has just started has not counted them yet."""
        found: Json = self._call("GET", f"queues/{self._vhost}/{queue}")
        assert "messages" in found
        return int(found["messages"])

    def _call(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 — any JSON
        with self._store.api() as api:
            answer = api.request(method, f"/{path}", json=body)
            answer.raise_for_status()
            return answer.json() if answer.content else None


def run(
    suite: Suite, service: str, module: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """A command of a service, with that service's environment."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=suite.environment(service),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def another(suite: Suite, service: str, settings: Mapping[str, str]) -> Iterator[str]:
    """One more process of a service, wired like the suite's own but for `settings`; its address."""
    url = f"http://{LOOPBACK}:{free_port()}"
    own = {"PORT": url.rpartition(":")[2], "METRICS_PORT": ""}
    env = suite.environment(service) | own | dict(settings)
    command = [sys.executable, "-m", service.replace("-", "_")]
    # Setpriv: the process ends with the one that runs this test, however that one ends.
    with subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "--", *command], env=env) as process:
        try:
            _wait_until_alive(url, process)
            yield url
        finally:
            process.terminate()


@contextmanager
def others(suite: Suite, services: Sequence[str], settings: Mapping[str, str]) -> Iterator[str]:
    """One more process of each service, each told where those before it are; the last one's address."""
    with ExitStack() as stack:
        urls = dict[str, str]()
        for name in services:
            known = {f"{one.upper().replace('-', '_')}_URL": url for one, url in urls.items()}
            urls[name] = stack.enter_context(another(suite, name, dict(settings) | known))
        yield urls[services[-1]]


def _wait_until_alive(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with local_client(url) as http:
                if http.get("/health").is_success:
                    return
        except httpx2.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"{process.args!r} did not start: its output says why")
