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
import statistics
import sys

import aiohttp
import wrk
from bench import Bench, own_suite, percentile
from devstack.suite import Suite


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
    wrk.require()
    with own_suite() as suite:
        rows = asyncio.run(measure(options, suite))
    print(
        f"{'median of ' + str(options.rounds) + ' rounds':38}{'':>10}  the original, measured once"
    )
    for name, values in rows.items():
        print(f"{name:38}{statistics.median(values):>10,.1f}  {ORIGINAL.get(name, '')}")


if __name__ == "__main__":
    main()
