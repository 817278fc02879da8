"""What one request costs each part: the figures behind docs/scaling.md.

    python benchmarks/costs.py [--seconds 5] [--rounds 3]

Starts a suite of its own as `make up` does, with limits off, and loads it with one kind of request at a
time. Prints the processor time of every process for one request, which a busy machine disturbs
least: medians over the rounds. A create includes all that follows from it, up to the
recorded activity. Then the connections that each service has to the stores.
"""

import argparse
import asyncio
import statistics
import sys
from collections.abc import Awaitable, Callable

import aiohttp
import wrk
from bench import SERVICES, Bench, own_suite
from devstack.suite import Suite
from processes import connections, pid_of, used

STORES = ("mongo", "redis", "rabbitmq")


async def measure(options: argparse.Namespace, suite: Suite, pids: dict[str, int]) -> None:
    """Load the suite by turns, and print both tables."""
    costs: dict[str, list[dict[str, float]]] = {}
    parts = {name: [pid] for name, pid in pids.items()}
    async with aiohttp.ClientSession() as http:
        bench = Bench(suite, http, options.seconds)
        await bench.sign_in()
        await bench.list_rate()  # makes the ten tasks

        async def log_in() -> int:
            rate, _ = await bench.health_under_logins()
            return round(rate * bench.seconds)

        async def create() -> int:
            made = (await bench.creates()).requests
            await bench.all_recorded()
            return made

        kinds: dict[str, Callable[[], Awaitable[int]]] = {
            "list ten tasks": lambda: answered(bench.load("/api/tasks?page=1&limit=10")),
            "read the feed, 20": lambda: answered(bench.load("/api/activity?limit=20")),
            "create a task": create,
            "log in": log_in,
        }
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
            for kind, load in kinds.items():
                before = used(parts)
                requests = await load()
                spent = {name: value - before[name] for name, value in used(parts).items()}
                of_one = {name: value * 1000 / requests for name, value in spent.items()}
                costs.setdefault(kind, []).append(of_one)
    print(f"{'processor, ms':20}" + "".join(f"{name:>18}" for name in parts))
    for kind, rounds in costs.items():
        medians = (statistics.median(one[name] for one in rounds) for name in parts)
        print(f"{kind:20}" + "".join(f"{value:>18.2f}" for value in medians))
    print(f"\n{'connections':20}" + "".join(f"{name:>18}" for name in STORES))
    ports = {store.name: store.port for store in suite.plan.stores}
    for service in SERVICES:
        by_port = connections(pids[service])
        print(f"{service:20}" + "".join(f"{by_port[ports[store]]:>18}" for store in STORES))


async def answered(load: Awaitable[wrk.Answered]) -> int:
    """How many requests there were."""
    return (await load).requests


def main() -> None:
    """Start a suite, measure, end the suite."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    wrk.require()
    with own_suite() as suite:
        states = suite.states()
        pids = {name: states[name].pid for name in (*SERVICES, "mongo", "redis")}
        [broker] = [store for store in suite.plan.stores if store.name == "rabbitmq"]
        # The node is a child of the script that starts it.
        pids["rabbitmq"] = pid_of("beam.smp", broker.directory)
        asyncio.run(measure(options, suite, pids))


if __name__ == "__main__":
    main()
