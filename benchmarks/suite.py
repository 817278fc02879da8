"""What a user of the whole suite feels, measured through the gateway on real stores.

    python benchmarks/suite.py [--rounds 3] [--seconds 5] [--events 5000]

Starts a suite of its own as `make up` does, on free ports, and measures by turns: requests per
second of the list and of creating (32 connections of `wrk`), the time from a create's answer to its
activity in the feed, how fast a backlog of events drains, how quick user-service's `/health` stays
under 16 simultaneous logins, and the memory of each service. Medians over the rounds.

The last column is the original (Node 20, Express) as it was once measured on a machine of this
kind, with the same stores: compare the orders of magnitude, not the digits.
"""

import argparse
import asyncio
import os
import re
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import aiohttp
from devstack.ports import free_port
from devstack.shared import Run
from devstack.suite import ROOT, Suite
from pymongo import AsyncMongoClient

SERVICES = ("api-gateway", "user-service", "tasks-service", "activity-service")
PASSWORD = "moonlight"
TASK = {"title": "Seek the pale blood", "status": "Not Started", "description": "To transcend."}
CREATE = """
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.body = '{"title": "Seek the pale blood", "status": "Not Started"}'
"""


class Bench:
    """One suite under load, by one signed-in client."""

    def __init__(self, suite: Suite, http: aiohttp.ClientSession, seconds: int) -> None:
        self._suite = suite
        self._http = http
        self._seconds = seconds
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
        return await self._wrk("/api/tasks?page=1&limit=10")

    async def create_rate(self) -> float:
        """Tasks per second, while their events are sent and recorded."""
        with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
            script.write(CREATE)
            script.flush()
            return await self._wrk("/api/tasks", "-s", script.name)

    async def lags(self, count: int = 100) -> list[float]:
        """Milliseconds from the answer to a create until the feed shows it."""
        return [await self._lag() for _ in range(count)]

    async def drain_rate(self, events: int) -> float:
        """Events per second, from the first recorded to the last, of a backlog in the queue."""
        environment = self._suite.env["activity-service"]
        client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(environment["MONGO_URI"])
        async with client:
            activities = client.get_default_database()["activities"]

            async def recorded() -> int:
                return await activities.estimated_document_count()

            await settled(recorded)
            self._suite.stop("activity-service")
            before = await recorded()
            for _ in range(events // 50):
                await asyncio.gather(*(self._call("POST", "/api/tasks", TASK) for _ in range(50)))
            await asyncio.sleep(3)  # the relay puts the last of them into the queue
            self._suite.start("activity-service")
            while (first := await recorded() - before) == 0:
                await asyncio.sleep(0.005)
            started = time.perf_counter()
            while await recorded() - before < events:
                await asyncio.sleep(0.005)
            rate = (events - first) / (time.perf_counter() - started)
        await asyncio.to_thread(self._suite.wait_ready)
        return rate

    async def health_under_logins(self, logins: int = 16) -> tuple[float, list[float]]:
        """Logins per second, and milliseconds of each `/health` of user-service meanwhile."""
        until = time.perf_counter() + self._seconds
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
        return sum(counts) / self._seconds, await asking

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

    async def _wrk(self, path: str, *options: str) -> float:
        command = ["wrk", "-t1", "-c32", f"-d{self._seconds}s", *options]
        command += ["-H", f"Authorization: Bearer {self._token}", self._suite.gateway_url + path]
        process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
        report = (await process.communicate())[0].decode()
        rate = re.search(r"Requests/sec:\s+([\d.]+)", report)
        if rate is None or "Non-2xx" in report:
            sys.exit(f"{path} answered with errors:\n{report}")
        return float(rate[1])


async def settled(count: Callable[[], Awaitable[int]]) -> None:
    """Return when nothing has been added for a second."""
    before = -1
    while (now := await count()) != before:
        before = now
        await asyncio.sleep(1)


def percentile(values: Sequence[float], percent: int) -> float:
    """The value below which `percent` of them lie."""
    return statistics.quantiles(values, n=100)[percent - 1]


async def measure(options: argparse.Namespace, suite: Suite) -> dict[str, list[float]]:
    """Every figure of every round, by the name of its row."""
    rows: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        rows.setdefault(name, []).append(value)

    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
        async with aiohttp.ClientSession() as http:
            bench = Bench(suite, http, options.seconds)
            await bench.sign_in()
            note("list ten tasks, req/s", await bench.list_rate())
            lags = await bench.lags()
            note("create to visible, p50 ms", percentile(lags, 50))
            note("create to visible, p99 ms", percentile(lags, 99))
            note("create a task, req/s", await bench.create_rate())
            note(f"drain {options.events} events, events/s", await bench.drain_rate(options.events))
            logins, health = await bench.health_under_logins()
            note("logins, 16 at once, per second", logins)
            note("/health meanwhile, p50 ms", percentile(health, 50))
            note("/health meanwhile, p99 ms", percentile(health, 99))
            for service, mebibytes in bench.memory().items():
                note(f"memory of {service}, MiB", mebibytes)
    return rows


ORIGINAL = {
    "list ten tasks, req/s": "375–490",
    "create a task, req/s": "185–295",
    "create to visible, p50 ms": "~2,500 (polls each 5 s)",
    "drain 5000 events, events/s": "0.2 relayed",
    "logins, 16 at once, per second": "11",
    "/health meanwhile, p50 ms": "80",
    "/health meanwhile, p99 ms": "609",
    "memory of api-gateway, MiB": "370–430 MB, all four",
}


def main() -> None:
    """Start a suite, measure, print the table, end the suite."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--events", type=int, default=5000)
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("There is no wrk on PATH: apt-get install wrk")
    run = Run.begin()
    ports = {"GATEWAY_PORT": str(free_port()), "PAGE_PORT": str(free_port())}
    limits = {"RATE_LIMIT_PER_MINUTE": "0", "LOG_FORMAT": "json"}
    suite = Suite(
        ROOT, run.own_directory("suite"), dict(os.environ) | ports | limits, owner=run.owner
    )
    try:
        print("starting a suite", file=sys.stderr)
        suite.up()
        rows = asyncio.run(measure(options, suite))
    finally:
        suite.end()
        run.end()
    print(
        f"{'median of ' + str(options.rounds) + ' rounds':38}{'':>10}  the original, measured once"
    )
    for name, values in rows.items():
        print(f"{name:38}{statistics.median(values):>10,.1f}  {ORIGINAL.get(name, '')}")


if __name__ == "__main__":
    main()
