"""What one request costs each part: the figures behind docs/scaling.md.

    python benchmarks/costs.py [--seconds 5] [--rounds 3]

Starts a suite of its own as `make up` does, with limits off, and loads it with one kind of request at a
time. Prints the processor time of every process for one request, which a busy machine disturbs
least: medians over the rounds. A create includes all that follows from it, up to the
recorded activity. Then the bytes on the wire: those of the answer, and to and from each store. Then the
connections that each service has to the stores.
"""

import argparse
import asyncio
import statistics
import sys
from collections.abc import Awaitable, Callable, Sequence

import aiohttp
import wrk
from bench import SERVICES, Bench, own_suite
from devstack.suite import Suite
from processes import carried, connections, pid_of, used

STORES = ("mongo", "redis", "rabbitmq")


Rounds = dict[str, list[dict[str, float]]]
"""By kind of request: of each round, what one request took of each part."""


async def measure(options: argparse.Namespace, suite: Suite, pids: dict[str, int]) -> None:
    """Load the suite by turns, and print the tables."""
    costs: Rounds = {}
    wire: Rounds = {}
    parts = {name: [pid] for name, pid in pids.items()}
    ports = {store.name: store.port for store in suite.plan.stores}
    async with aiohttp.ClientSession() as http:
        # The lists are those of a user who has ten tasks: the other one soon has thousands.
        bench, of_ten = (Bench(suite, http, options.seconds) for _ in range(2))
        await bench.sign_in()
        await bench.creates()  # from the first round on its feed has more than the 20 that are read
        await bench.all_recorded()
        await of_ten.sign_in()
        await of_ten.list_rate()  # makes the ten tasks
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
            for kind, load in loads(bench, of_ten).items():
                before, on_wire = used(parts), {name: carried(ports[name]) for name in STORES}
                answered = await load()
                spent = {name: (now - before[name]) * 1000 for name, now in used(parts).items()}
                sent = {name: float(carried(ports[name]) - on_wire[name]) for name in STORES}
                sent["client"] = answered.read
                for rounds, taken in ((costs, spent), (wire, sent)):
                    of_one = {name: value / answered.requests for name, value in taken.items()}
                    rounds.setdefault(kind, []).append(of_one)
    print_medians("processor, ms", list(parts), costs, digits=2)
    print_medians("\nbytes", ["client", *STORES], wire, digits=0)
    print(f"\n{'connections':20}" + "".join(f"{name:>18}" for name in STORES))
    for service in SERVICES:
        by_port = connections(pids[service])
        print(f"{service:20}" + "".join(f"{by_port[ports[store]]:>18}" for store in STORES))


def loads(bench: Bench, of_ten: Bench) -> dict[str, Callable[[], Awaitable[wrk.Answered]]]:
    """Each kind of request, and how the suite is loaded with it."""

    async def create() -> wrk.Answered:
        made = await bench.creates()
        await bench.all_recorded()
        return made

    async def log_in() -> wrk.Answered:
        made = await bench.logins()
        await bench.all_recorded()  # a second later the logins that were cut off are decided, too
        return made

    return {
        "list ten tasks": lambda: of_ten.load("/api/tasks?page=1&limit=10"),
        "read the feed, 20": lambda: bench.load("/api/activity?limit=20"),
        "create a task": create,
        "log in": log_in,
    }


def print_medians(title: str, parts: Sequence[str], rounds_of: Rounds, *, digits: int) -> None:
    """A row for each kind of request."""
    print(f"{title:20}" + "".join(f"{name:>18}" for name in parts))
    for kind, rounds in rounds_of.items():
        medians = (statistics.median(one[name] for one in rounds) for name in parts)
        print(f"{kind:20}" + "".join(f"{value:>18.{digits}f}" for value in medians))


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
