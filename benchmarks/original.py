"""Rates beside the original, by turns on one machine.

    python benchmarks/original.py CHECKOUT [--rounds 5] [--seconds 4]

CHECKOUT is a clone of github.com/gabrielgr15/task-app-backend, in whose api-gateway, user-service,
tasks-service and activity-service `npm ci` was run, and in the last one `npm run build`.

A suite of ours as `make up` starts it, and the original's four services by `node` on stores of their
own, of the same programs: MongoDB, Redis and RabbitMQ. They run with `NODE_ENV=development`, in which
the original limits no requests; ours run without quotas. Each round asks one and then the other, with
32 connections of `wrk`: for a list of ten tasks, and for creates. Between two of them is a rest, in which
ours finish the activities of the creates. Medians over the rounds, without the first.
"""

import argparse
import asyncio
import secrets
import statistics
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import wrk
from bench import NEW_TASK, PASSWORD, TASK, own_suite
from devstack.ports import free_port
from devstack.redis import Redis
from devstack.shared import Run
from gateway import running

ENTRIES = {
    "user-service": "server.js",
    "tasks-service": "server.js",
    "activity-service": "dist/server.js",
    "api-gateway": "src/server.js",
}
REST_SECONDS = 3


@contextmanager
def original(checkout: Path, run: Run) -> Iterator[str]:
    """The original on stores of this run, while the body runs; gives the address of its gateway."""
    redis = run.server(Redis(run.own_directory("redis"), free_port()))
    redis.start()
    ports = {name: free_port() for name in ENTRIES}
    shared = {
        "NODE_ENV": "development",
        "JWT_SECRET": secrets.token_hex(32),
        "REDIS_HOST": "127.0.0.1",
        "REDIS_PORT": str(redis.port),
        "RABBITMQ_URI": run.rabbitmq().uri,
    }
    for name, port in ports.items():
        shared[name.replace("-", "_").upper() + "_URL"] = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        for name, entry in ENTRIES.items():
            own = {"PORT": str(ports[name]), "MONGO_URI": run.mongo().database_uri(name)}
            health = f"http://127.0.0.1:{ports[name]}/health"
            service = running(["node", entry], health, shared | own, directory=checkout / name)
            stack.enter_context(service)
        yield f"http://127.0.0.1:{ports['api-gateway']}"


async def rates(http: aiohttp.ClientSession, gateway: str, seconds: int) -> tuple[float, float]:
    """Lists and creates per second, of a new account with ten tasks."""
    account = {"username": "Bench", "password": PASSWORD}
    account["email"] = f"bench-{secrets.token_hex(6)}@example.com"
    token = (await _post(http, gateway + "/api/users/auth/register", account))["accessToken"]
    tasks = gateway + "/api/tasks"
    for _ in range(10):
        await _post(http, tasks, TASK, token)
    lists = await wrk.load(tasks + "?page=1&limit=10", token=token, seconds=seconds)
    creates = await wrk.post(tasks, NEW_TASK, token=token, seconds=seconds, connections=32)
    return lists.rate, creates.rate


async def _post(http: aiohttp.ClientSession, url: str, body: object, token: str = "") -> Any:  # noqa: ANN401 — JSON
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with http.post(url, json=body, headers=headers) as answer:
        answer.raise_for_status()
        return await answer.json()


async def measure(options: argparse.Namespace, gateways: dict[str, str]) -> None:
    """Ask by turns, and print a line for each and the medians."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in gateways}
    async with aiohttp.ClientSession() as http:
        for number in range(options.rounds + 1):
            for name in sorted(gateways, reverse=number % 2 == 0):
                found[name].append(await rates(http, gateways[name], options.seconds))
                lists, creates = found[name][-1]
                print(f"round {number} {name:9}{lists:7.0f}{creates:7.0f}", file=sys.stderr)
                await asyncio.sleep(REST_SECONDS)
    print(
        f"{'median of ' + str(options.rounds) + ' rounds':24}{'ours':>7}{'original':>10}{'ratio':>7}"
    )
    for row, what in enumerate(("list ten tasks, req/s", "create a task, req/s")):
        ours, theirs = (
            statistics.median(pair[row] for pair in found[name][1:])
            for name in ("ours", "original")
        )
        print(f"{what:24}{ours:7.0f}{theirs:10.0f}{ours / theirs:7.2f}")


def main() -> None:
    """Read the options, start both, measure, end both."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    options = parser.parse_args()
    wrk.require()
    missing = [name for name in ENTRIES if not (options.checkout / name / "node_modules").is_dir()]
    if missing:
        sys.exit(f"Run `npm ci` first in these of {options.checkout}: {', '.join(missing)}")
    run = Run.begin()
    try:
        with original(options.checkout.resolve(), run) as theirs, own_suite() as suite:
            asyncio.run(measure(options, {"ours": suite.gateway_url, "original": theirs}))
    finally:
        run.end()


if __name__ == "__main__":
    main()
