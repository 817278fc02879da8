"""How fast relays send events that wait: one process of tasks-service, and two that share the shards.

    python benchmarks/relay.py [--rounds 5] [--events 4000] [--round-trip 0] [--former DIRECTORY]

Processes on this machine: a MongoDB, a RabbitMQ whose quorum queue takes every event, and the
replicas of tasks-service. When these have their shares, events of 400 users begin to wait, one of
each task, and the time is taken until none waits. By turns, round by round; the medians are printed,
and the processor time of each part for an event. `--round-trip` is that to the stores, in milliseconds,
as if they were on other machines: a process in between holds the bytes back. With `--former`, the
checkout of another version with its own `.venv`, one relay of that version takes its turn, too.

On few cores the stores and the relays compete: then the rate of two says how many cores there are,
and the rate with a round trip says what a relay does while it waits.
"""

import argparse
import asyncio
import secrets
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bson import ObjectId
from chassis.mongo import Database, Document, ensure_indexes, open_mongo
from chassis.rabbit import RabbitConnection
from chassis.topology import Binding, Topology, dead_letter_queue, work_queue
from contracts.events import EXCHANGE
from devstack.ports import free_port
from devstack.shared import Run
from gateway import running
from processes import pid_of, used
from tasks_service.app import INDEXES
from tasks_service.changes import first_version
from tasks_service.derived import with_derived
from tasks_service.events import event_of
from tasks_service.schemas import NewTask

USERS = [f"6922a000aabbccddee{number:06x}" for number in range(400)]
NEW = NewTask(title="Water the plants", status="Not Started", description="The ferns too.")
QUEUES = Topology(
    [EXCHANGE],
    [
        dead_letter_queue("parked"),
        work_queue("events", dead_letters_to="parked", bindings=[Binding(EXCHANGE, "#")]),
    ],
)
WAITING = {"unsentSince": {"$exists": True}}
SETTLE_SECONDS = 5  # until the replicas have their shares


@dataclass
class Contender:
    """So many relays of one version, on a database and a queue of their own."""

    name: str
    database: Database
    pids: list[int]

    async def fill(self, events: int) -> None:
        """Tasks with an event each, of which none waits yet."""
        tasks = self.database["tasks"]
        await tasks.delete_many({})
        await self.database["task_events"].delete_many({})
        for start in range(0, events, 1000):
            await tasks.insert_many([_task(number) for number in range(start, start + 1000)])

    async def drain(self) -> float:
        """Events per second, from the moment when all of them wait until none does."""
        tasks = self.database["tasks"]
        await tasks.update_many({}, {"$set": {"unsentSince": datetime.now(UTC)}})
        started, left = time.perf_counter(), await tasks.count_documents(WAITING)
        while await tasks.find_one(WAITING, {"_id": True}):
            await asyncio.sleep(0.01)
        return left / (time.perf_counter() - started)


def _task(number: int) -> Document:
    """A task whose event does not wait yet."""
    user = USERS[number % len(USERS)]
    task = first_version(user, NEW, datetime.now(UTC), ObjectId())
    document = with_derived(task.to_document() | {"events": [event_of(None, task)], "wholeFrom": 1})
    del document["unsentSince"]
    return document


@contextmanager
def far(port: int, round_trip: float) -> Iterator[int]:
    """The port at which the server is so many milliseconds away."""
    if not round_trip:
        yield port
        return
    own = free_port()
    command = [sys.executable, "benchmarks/delay.py", str(own), str(port), str(round_trip / 2)]
    process = subprocess.Popen(command)
    try:
        yield own
    finally:
        process.terminate()
        process.wait()


class Stores:
    """A MongoDB and a RabbitMQ of our own, as far from the relays as asked."""

    def __init__(self, run: Run, stack: AsyncExitStack, round_trip: float) -> None:
        self._mongo, self._rabbitmq = run.mongo(), run.rabbitmq()
        self._ports = {
            store.port: stack.enter_context(far(store.port, round_trip))
            for store in (self._mongo, self._rabbitmq)
        }
        self.pids = {
            "mongod": pid_of("mongod", self._mongo.directory),
            "RabbitMQ": pid_of("beam.smp", self._rabbitmq.directory),
        }

    async def contender(
        self, stack: AsyncExitStack, name: str, relays: int, python: str = sys.executable
    ) -> Contender:
        """Relays of the version that `python` has, on a database and a queue that nobody else uses."""
        own = f"bench_{secrets.token_hex(4)}"
        self._rabbitmq.create_vhost(own)
        mongo, rabbitmq = self._mongo.database_uri(own), self._rabbitmq.vhost_uri(own)
        database = await stack.enter_async_context(open_mongo(mongo, {}))
        await ensure_indexes(database, INDEXES)
        async with RabbitConnection(rabbitmq, name="bench", topology=QUEUES) as connection:
            await connection.wait_until_up()
        env = {
            "MONGO_URI": self._far(mongo) + "&directConnection=true",
            "RABBITMQ_URI": self._far(rabbitmq),
        }
        pids = []
        for _ in range(relays):
            port = free_port()
            command = [python, "-m", "tasks_service"]
            health = f"http://127.0.0.1:{port}/health"
            pids.append(stack.enter_context(running(command, health, env | {"PORT": str(port)})))
        return Contender(name, database, pids)

    def _far(self, uri: str) -> str:
        for near, away in self._ports.items():
            uri = uri.replace(f":{near}/", f":{away}/")
        return uri


async def measure(options: argparse.Namespace, run: Run, stack: AsyncExitStack) -> None:
    """Start everything, let them drain by turns, print the table."""
    stores = Stores(run, stack, options.round_trip)
    contenders = [
        await stores.contender(stack, "one relay", 1),
        await stores.contender(stack, "two relays", 2),
    ]
    if options.former:
        python = str(options.former.resolve() / ".venv/bin/python")
        contenders.append(await stores.contender(stack, "one relay, former", 1, python))
    await asyncio.sleep(SETTLE_SECONDS)
    rates: dict[str, list[float]] = {one.name: [] for one in contenders}
    costs: dict[str, list[dict[str, float]]] = {one.name: [] for one in contenders}
    for number in range(options.rounds + 1):
        for one in contenders:
            parts = {"relays": one.pids} | {name: [pid] for name, pid in stores.pids.items()}
            await one.fill(options.events)
            before = used(parts)
            rate = await one.drain()
            print(f"round {number}: {one.name} {rate:,.0f} events/s", file=sys.stderr)
            if number:  # the first round warms up
                rates[one.name].append(rate)
                spent = {name: value - before[name] for name, value in used(parts).items()}
                costs[one.name].append(spent)
    print(f"{options.rounds} rounds of {options.events} events, round trip {options.round_trip} ms")
    print(f"{'medians':20}{'events/s':>10}{'of one':>8}   processor, ms for an event")
    for name, values in rates.items():
        ratio = statistics.median(values) / statistics.median(rates["one relay"])
        shares = "  ".join(
            f"{part} {statistics.median(spent[part] for spent in costs[name]) * 1000 / options.events:.2f}"
            for part in costs[name][0]
        )
        print(f"{name:20}{statistics.median(values):>10,.0f}{ratio:>8.2f}   {shares}")


async def main() -> None:
    """Read the options, and measure on stores of our own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--events", type=int, default=4000, help="a multiple of 1,000")
    parser.add_argument("--round-trip", type=float, default=0)
    parser.add_argument("--former", type=Path)
    options = parser.parse_args()
    run = Run.begin()
    try:
        async with AsyncExitStack() as stack:
            await measure(options, run, stack)
    finally:
        run.end()


if __name__ == "__main__":
    asyncio.run(main())
