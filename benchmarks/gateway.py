"""What the gateway and its quotas cost: requests per second beside a bare relay's, in one run.

    python benchmarks/gateway.py [--seconds 5] [--rounds 3] [--connections 32]

Processes on this machine: an upstream that answers 2 KB of JSON at once; a real Redis and MongoDB; a
bare relay, which is an ASGI function that makes one Redis call and passes the request on with
aiohttp, checking nothing; the gateway, with a token to verify, revocation to look up, an identity
to sign, CORS, security headers and a log line per request; the gateway again, its metrics read every
second; and once more, with QUOTAS=on. `wrk` loads them in turn, round by round, so that a busy
machine slows all alike; the medians and their ratios are printed. Read the ratios, and above all
those of the processor time that a request takes: it is what bounds a process on a core of its own,
and the least disturbed by what else the machine does.
"""

import argparse
import asyncio
import os
import secrets
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.request import urlopen

import jwt
import redis
import wrk
from api_gateway.settings import Settings
from contracts.blacklist import KEY, ready_mark
from contracts.claims import ALGORITHM, AUDIENCE, ISSUER
from devstack.ports import free_port
from devstack.redis import Redis
from devstack.shared import Run

MEASURED: Final = "with metrics"
COUNTED: Final = "with quotas"
# Counted by all three policies, and never refused.
QUOTAS: Final = {"QUOTAS": "on"} | {
    f"QUOTA_READ_{window}": "10000000" for window in ("BURST", "MINUTE", "DAY")
}


@contextmanager
def running(
    command: list[str],
    health: str,
    env: Mapping[str, str] | None = None,
    *,
    directory: Path | None = None,
) -> Iterator[int]:
    """A process that answers at `health` while the body runs; gives its pid."""
    process = subprocess.Popen(
        command, cwd=directory, env={**os.environ, **(env or {})}, stdout=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                urlopen(health, timeout=1).close()
                break
            except OSError:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise
                time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(15)


@contextmanager
def own_stores() -> Iterator[tuple[Redis, str]]:
    """A Redis of our own, and the URI of a database."""
    run = Run.begin()
    store = Redis(run.own_directory("redis"), free_port(), fsync="no")
    try:
        run.server(store).start()
        yield store, run.mongo().database_uri("gateway_db")
    finally:
        run.end()


def renew(store: redis.Redis, *, ahead: int = 0) -> None:
    """What user-service does every second; `ahead` seconds of it in one."""
    run_id = store.info("server")["run_id"]
    store.zadd(KEY, {ready_mark(run_id): time.time_ns() // 1_000_000 + ahead * 1000})


def read(url: str) -> None:
    """What Prometheus does, more often than it would."""
    urlopen(url, timeout=10).close()


def processor_seconds(pid: int) -> float:
    """What a process has used of the processor so far (Linux, proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Figures(NamedTuple):
    """Requests per second, and microseconds of processor time for each."""

    rate: float
    cost: float


async def load(url: str, pid: int, token: str, seconds: int, connections: int) -> Figures:
    """Load one process, and see what that costs it."""
    before = processor_seconds(pid)
    answered = await wrk.load(
        url,
        "-H",
        "Origin: http://localhost:3000",
        token=token,
        seconds=seconds,
        connections=connections,
    )
    used = processor_seconds(pid) - before
    return Figures(answered.rate, used / answered.requests * 1e6)


def access_token(secret: str, user: str = "a" * 24) -> str:
    """As user-service makes them."""
    now = int(time.time())
    claims: dict[str, Any] = {
        "user": {"id": user},
        "sid": secrets.token_hex(12),
        "jti": secrets.token_hex(12),
    }
    claims |= {"iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 3600}
    return jwt.encode(claims, secret, ALGORITHM)


async def measure(options: argparse.Namespace) -> None:
    """Start everything, load it in turn, print the table."""
    with ExitStack() as stack:
        store, mongo_uri = stack.enter_context(own_stores())
        client = stack.enter_context(store.client())
        names = ("upstream", "bare relay", "gateway", MEASURED, COUNTED)
        ports = {name: free_port() for name in names}
        urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
        peer = [sys.executable, str(Path(__file__).with_name("peers.py"))]
        pids: dict[str, int] = {}
        instant = ["upstream", str(ports["upstream"])]
        pids["upstream"] = stack.enter_context(running([*peer, *instant], urls["upstream"]))
        relay = ["relay", str(ports["bare relay"]), urls["upstream"], store.uri]
        pids["bare relay"] = stack.enter_context(running([*peer, *relay], urls["bare relay"]))
        environment = {
            "MONGO_URI": mongo_uri,
            "REDIS_URI": store.uri,
            "LOG_FORMAT": "json",
            **{f"{name}_SERVICE_URL": urls["upstream"] for name in ("USER", "TASKS", "ACTIVITY")},
        }
        gateway = [sys.executable, "-m", "api_gateway"]
        metrics = free_port()
        gateways = {"gateway": {}, MEASURED: {"METRICS_PORT": str(metrics)}, COUNTED: QUOTAS}
        for name, own in gateways.items():
            env = environment | {"PORT": str(ports[name])} | own
            pids[name] = stack.enter_context(running(gateway, urls[name] + "/health", env))

        token = access_token(Settings().jwt_secret.get_secret_value())
        figures: dict[str, list[Figures]] = {name: [] for name in urls}
        for _ in range(options.rounds):
            for name, url in urls.items():
                target = url + "/api/tasks"
                loading = load(target, pids[name], token, options.seconds, options.connections)
                task = asyncio.create_task(loading)
                while not task.done():
                    renew(client)
                    if name == MEASURED:
                        await asyncio.to_thread(read, f"http://127.0.0.1:{metrics}/metrics")
                    await asyncio.wait([task], timeout=1)
                figures[name].append(task.result())
    show(figures)


def show(figures: Mapping[str, list[Figures]]) -> None:
    """The table: medians, and how they stand to the bare relay's."""
    medians = {
        name: Figures(*(statistics.median(column) for column in zip(*rounds, strict=True)))
        for name, rounds in figures.items()
    }
    bare = medians["bare relay"]
    print(f"{'':14}{'req/s':>8}{'of bare':>9}{'µs of CPU':>11}{'bare/it':>9}")
    for name, (rate, cost) in medians.items():
        print(f"{name:14}{rate:8.0f}{rate / bare.rate:9.0%}{cost:11.0f}{bare.cost / cost:9.0%}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=32)
    arguments = parser.parse_args()
    wrk.require()
    asyncio.run(measure(arguments))
