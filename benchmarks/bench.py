"""A suite under load, and what a user of it feels."""

import asyncio
import os
import re
import secrets
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import wrk
from devstack.ports import free_port
from devstack.shared import Run
from devstack.suite import ROOT, Suite
from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection

SERVICES = ("api-gateway", "user-service", "tasks-service", "activity-service")
PASSWORD = "correct horse"
TASK = {"title": "Water the plants", "status": "Not Started", "description": "The ferns too."}
NEW_TASK = {"title": "Water the plants", "status": "Not Started"}


@contextmanager
def own_suite(*, with_page: bool = False) -> Iterator[Suite]:
    """A suite as `make up` starts it, on free ports and without limits of requests, while the body runs."""
    run = Run.begin()
    ports = {"GATEWAY_PORT": str(free_port()), "PAGE_PORT": str(free_port())}
    limits = {"QUOTAS": "off", "LOG_FORMAT": "json"}
    suite = Suite(ROOT, run.own_directory("suite"), dict(os.environ) | ports | limits, tied=True)
    try:
        print("starting a suite", file=sys.stderr)
        suite.up(with_page=with_page)
        yield suite
    finally:
        suite.end()
        run.end()


def percentile(values: Sequence[float], percent: int) -> float:
    """The value below which `percent` of them lie."""
    return statistics.quantiles(values, n=100)[percent - 1]


class Bench:
    """One suite under load, by one signed-in client."""

    def __init__(self, suite: Suite, http: aiohttp.ClientSession, seconds: int) -> None:
        self._suite = suite
        self._http = http
        self.seconds = seconds
        self._token = ""

    async def sign_in(self) -> None:
        """A new account, so that each round begins with an empty list."""
        self._email = f"bench-{secrets.token_hex(6)}@example.com"
        account = {"username": "Bench", "email": self._email, "password": PASSWORD}
        answer = await self._call("POST", "/api/users/auth/register", account)
        self._token = answer["accessToken"]

    async def list_rate(self) -> float:
        """Requests per second of ten tasks out of ten."""
        await asyncio.gather(*(self._call("POST", "/api/tasks", TASK) for _ in range(10)))
        return (await self.load("/api/tasks?page=1&limit=10")).rate

    async def create_rate(self) -> float:
        """Tasks per second, while their events are sent and recorded."""
        return (await self.creates()).rate

    async def creates(self) -> wrk.Answered:
        """As many tasks as the suite can make meanwhile."""
        return await self._post("/api/tasks", NEW_TASK)

    async def logins(self) -> wrk.Answered:
        """As many logins as the suite can answer meanwhile, sixteen at a time."""
        credentials = {"email": self._email, "password": PASSWORD}
        return await self._post("/api/users/auth/login", credentials, 16)

    async def lags(self, count: int = 100) -> list[float]:
        """Milliseconds from the answer to a create until the feed shows it."""
        return [await self._lag() for _ in range(count)]

    async def drain_rate(self, events: int) -> float:
        """Events per second, from the first recorded to the last, of a backlog in the queue."""
        async with self._collection("tasks") as tasks, self._collection("activities") as activities:

            async def waiting() -> int:
                return await tasks.count_documents({"unsentSince": {"$exists": True}})

            async def recorded() -> int:
                return await activities.estimated_document_count()

            await settled(recorded)
            self._suite.stop("activity-service")
            before = await recorded()
            for _ in range(events // 50):
                await asyncio.gather(*(self._call("POST", "/api/tasks", TASK) for _ in range(50)))
            while await waiting():
                await asyncio.sleep(0.1)
            self._suite.start("activity-service")
            while (first := await recorded() - before) == 0:
                await asyncio.sleep(0.005)
            started = time.perf_counter()
            while await recorded() - before < events:
                await asyncio.sleep(0.005)
            rate = (events - first) / (time.perf_counter() - started)
        await asyncio.to_thread(self._suite.wait_ready)
        return rate

    async def all_recorded(self) -> None:
        """Return when the feed has grown no more for a second."""
        async with self._collection("activities") as activities:
            await settled(activities.estimated_document_count)

    @asynccontextmanager
    async def _collection(self, name: str) -> AsyncIterator[AsyncCollection[dict[str, Any]]]:
        """A collection of the service that owns it."""
        owner = {"tasks": "tasks-service", "activities": "activity-service"}[name]
        uri = self._suite.environment(owner)["MONGO_URI"]
        client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(uri)
        async with client:
            yield client.get_default_database()[name]

    async def health_under_logins(self, logins: int = 16) -> tuple[float, list[float]]:
        """Logins per second, and milliseconds of each `/health` of user-service meanwhile."""
        until = time.perf_counter() + self.seconds
        credentials = {"email": self._email, "password": PASSWORD}

        async def log_in() -> int:
            count = 0
            while time.perf_counter() < until:
                await self._call("POST", "/api/users/auth/login", credentials)
                count += 1
            return count

        async def ask_health() -> list[float]:
            times = []
            while time.perf_counter() < until:
                started = time.perf_counter()
                async with self._http.get(self._suite.urls["user-service"] + "/health") as answer:
                    await answer.read()
                times.append((time.perf_counter() - started) * 1000)
                await asyncio.sleep(0.02)
            return times

        asking = asyncio.create_task(ask_health())
        counts = await asyncio.gather(*(log_in() for _ in range(logins)))
        return sum(counts) / self.seconds, await asking

    def memory(self) -> dict[str, float]:
        """MiB of each service: its proportional share of what it has in memory."""
        states = self._suite.states()
        shares = {}
        for name in SERVICES:
            rollup = Path(f"/proc/{states[name].pid}/smaps_rollup").read_text()
            kibibytes = re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)
            assert kibibytes is not None, rollup
            shares[name] = int(kibibytes[1]) / 1024
        return shares

    async def _lag(self) -> float:
        created = await self._call("POST", "/api/tasks", TASK)
        started = time.perf_counter()
        task_id = created["task"]["_id"]
        while True:
            feed = await self._call("GET", f"/api/activity?limit=1&taskId={task_id}")
            if feed["activities"]:
                return (time.perf_counter() - started) * 1000

    async def _call(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 — JSON
        headers = {"authorization": f"Bearer {self._token}"} if self._token else {}
        url = self._suite.gateway_url + path
        async with self._http.request(method, url, json=body, headers=headers) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def _post(self, path: str, body: object, connections: int = 32) -> wrk.Answered:
        url, seconds = self._suite.gateway_url + path, self.seconds
        return await wrk.post(
            url, body, token=self._token, seconds=seconds, connections=connections
        )

    async def load(self, path: str) -> wrk.Answered:
        """As many requests as the suite can answer meanwhile, with 32 connections."""
        url = self._suite.gateway_url + path
        return await wrk.load(url, token=self._token, seconds=self.seconds)


async def settled(count: Callable[[], Awaitable[int]]) -> None:
    """Return when nothing has been added for a second."""
    before = -1
    while (now := await count()) != before:
        before = now
        await asyncio.sleep(1)
