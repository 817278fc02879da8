"""Lists and creates per second of several gateways, by turns.

    python benchmarks/rates.py NAME=URL NAME=URL ... [--rounds 5] [--seconds 4]

Each URL is a gateway that runs already, as of `make up` in a checkout of some commit with
`PAGE=off GATEWAY_PORT=4001 QUOTAS=off` (before 7680a22, of 2026-11-27, `RATE_LIMIT_PER_MINUTE=0`).
Each round asks one after the other, with 32 connections of `wrk`: for a list of ten tasks, and for
creates. Between two of them is a rest, in which the activities of the creates are finished. Medians over
the rounds, without the first; ratios to the last gateway.
"""

import argparse
import asyncio
import secrets
import statistics
import sys
from collections.abc import Mapping
from typing import Any

import aiohttp
import wrk
from bench import NEW_TASK, PASSWORD, TASK

REST_SECONDS = 3
ROWS = ("list ten tasks, req/s", "create a task, req/s")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that every comparison has."""
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)


def gateway(text: str) -> tuple[str, str]:
    """NAME=URL as the name and the URL."""
    name, _, url = text.partition("=")
    if not name or not url.startswith("http"):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=URL")
    return name, url.rstrip("/")


async def compare(options: argparse.Namespace, gateways: Mapping[str, str]) -> None:
    """Ask the gateways, by name, in turn; print a line for each, and the medians."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in gateways}
    async with aiohttp.ClientSession() as http:
        for number in range(options.rounds + 1):
            for name in sorted(gateways, reverse=number % 2 == 0):
                found[name].append(await _rates(http, gateways[name], options.seconds))
                lists, creates = found[name][-1]
                print(f"round {number} {name:9}{lists:7.0f}{creates:7.0f}", file=sys.stderr)
                await asyncio.sleep(REST_SECONDS)
    _print_table(options.rounds, found)


def _print_table(rounds: int, found: Mapping[str, list[tuple[float, float]]]) -> None:
    *others, last = found
    ratios = "".join(f"{f'{name}/{last}':>19}" for name in others)
    print(f"{f'median of {rounds} rounds':24}" + "".join(f"{name:>10}" for name in found) + ratios)
    for row, what in enumerate(ROWS):
        medians = [statistics.median(pair[row] for pair in found[name][1:]) for name in found]
        line = "".join(f"{median:10.0f}" for median in medians)
        print(f"{what:24}{line}" + "".join(f"{one / medians[-1]:19.2f}" for one in medians[:-1]))


async def _rates(http: aiohttp.ClientSession, gateway: str, seconds: int) -> tuple[float, float]:
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


def main() -> None:
    """Read which gateways, and compare them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gateways", nargs="+", type=gateway, metavar="NAME=URL")
    add_options(parser)
    options = parser.parse_args()
    wrk.require()
    asyncio.run(compare(options, dict(options.gateways)))


if __name__ == "__main__":
    main()
