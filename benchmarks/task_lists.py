"""What lists, facets and bulk changes cost one user with many tasks, among many more of others.

    python benchmarks/task_lists.py [--own 10000] [--others 1000000] [--requests 60]

Starts a suite of its own as `make up` does, puts the tasks into MongoDB directly, and asks through
the gateway, one request at a time. Each row has the milliseconds of a page of 100 tasks; the last
column is the goal at the 95th percentile. The rows of lists take turns, so that a busy machine slows
all alike. They begin two minutes after the tasks were stored: until then, as after many changes at
once, filters and facets take longer (decision 40).
"""

import argparse
import asyncio
import secrets
import statistics
import sys
import time
from collections.abc import AsyncIterator

import aiohttp
from bench import PASSWORD, own_suite, percentile
from devstack.suite import Suite
from stored_tasks import fill
from tasks_service.snapshot import LONGEST_WRITE

BULK = 500  # tasks in one request, the most there may be
BULKS = 10
SETTLED = LONGEST_WRITE + 5  # seconds
GOAL = 30  # milliseconds, of a list
OTHER_GOALS = {"facets": 40, f"change {BULK} at once": 1_500}

LISTS_ASKED_FOR = {
    "plain list": "",
    "status": "status=completed",
    "two statuses": "status=waiting&status=in%20progress",
    "list": "list=Home",
    "label": "label=garden",
    "priority": "priority=2&priority=3",
    "done": "done=false",
    "due overdue": "due=overdue&tz=Europe/Rome",
    "due today": "due=today&tz=Europe/Rome",
    "due upcoming": "due=upcoming&tz=Europe/Rome",
    "due in a month": "due=2026-12-01..2026-12-31",
    "one word": "q=lamp",
    "three words": "q=lamp%20oil%20re",
    "a word that is nowhere": "q=zzzz",
    **{
        f"sort by {name}": f"sort={name}"
        for name in ("updated", "due", "priority", "title", "rank")
    },
    "label, word, sort by due": "label=garden&q=re&sort=due",
    "open, sort by title": "done=false&sort=title",
}


async def measure(options: argparse.Namespace, suite: Suite) -> dict[str, list[float]]:
    """Milliseconds of every request, by the name of its row."""
    email = f"bench-{secrets.token_hex(6)}@example.com"
    account = {"username": "Bench", "email": email, "password": PASSWORD}
    async with aiohttp.ClientSession(suite.gateway_url) as http:
        async with http.post("/api/users/auth/register", json=account) as answer:
            token = (await answer.json())["accessToken"]
        headers = {"authorization": f"Bearer {token}"}
        async with http.get("/api/users/me", headers=headers) as answer:
            user = (await answer.json())["user"]["id"]
        await fill(suite.environment("tasks-service")["MONGO_URI"], user, options)
        print(f"waiting for {SETTLED} s", file=sys.stderr)
        await asyncio.sleep(SETTLED)
        paths = {name: f"/api/tasks?{query}" for name, query in LISTS_ASKED_FOR.items()}
        paths["facets"] = "/api/tasks/facets?tz=Europe/Rome"
        for sort in ("created", "title", "due"):
            paths[f"sort by {sort}, next page"] = await next_page(http, headers, sort)
        rows: dict[str, list[float]] = {name: [] for name in paths}
        for number in range(options.requests + 1):
            for name, path in paths.items():
                started = time.perf_counter()
                async with http.get(path, headers=headers) as answer:
                    await answer.read()
                    answer.raise_for_status()
                if number:  # the first warms up
                    rows[name].append((time.perf_counter() - started) * 1000)
        rows[f"change {BULK} at once"] = [
            milliseconds async for milliseconds in bulk_changes(http, headers)
        ]
    return rows


async def bulk_changes(
    http: aiohttp.ClientSession, headers: dict[str, str]
) -> AsyncIterator[float]:
    """Milliseconds of each change of the newest tasks; each gives all of them a new list."""
    ids: list[str] = []
    for page in range(1, BULK // 100 + 1):
        async with http.get(f"/api/tasks?page={page}", headers=headers) as answer:
            ids += [task["_id"] for task in (await answer.json())["tasks"]]
    for number in range(BULKS):
        body = {"ids": ids, "set": {"list": f"List {number}"}}
        started = time.perf_counter()
        async with http.post("/api/tasks/bulk", json=body, headers=headers) as answer:
            results = (await answer.json())["results"]
        yield (time.perf_counter() - started) * 1000
        if [result["status"] for result in results] != [200] * len(ids):
            raise SystemExit("a task was not changed")


async def next_page(http: aiohttp.ClientSession, headers: dict[str, str], sort: str) -> str:
    """The path of the page behind the 50th task."""
    path = f"/api/tasks?sort={sort}"
    async with http.get(f"{path}&limit=50", headers=headers) as answer:
        return f"{path}&cursor={(await answer.json())['nextCursor']}"


def main() -> None:
    """Start a suite, measure, print the table, end the suite."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--own", type=int, default=10_000)
    parser.add_argument("--others", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=60)
    options = parser.parse_args()
    with own_suite() as suite:
        rows = asyncio.run(measure(options, suite))
    print(
        f"{f'{options.own} tasks among {options.others}':32}{'p50 ms':>8}{'p95 ms':>8}{'goal':>8}"
    )
    for name, values in rows.items():
        measured = f"{statistics.median(values):8.1f}{percentile(values, 95):8.1f}"
        print(f"{name:32}{measured}{OTHER_GOALS.get(name, GOAL):8}")


if __name__ == "__main__":
    main()
