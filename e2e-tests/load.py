"""Requests while something goes wrong: tasks created all the time, with the account of them
afterwards, and single requests that are sent until they are answered."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from client import TASKS, Json, User
from devstack.testing import eventually

CLIENTS = 4
# Something is down, broke off, or took too long: the client knows that it does not know.
EXCUSABLE = {502, 503, 504}


class Load:
    """What was acknowledged so far, and every status that was answered."""

    def __init__(self, user: User) -> None:
        self._user = user
        self.acknowledged: list[str] = []
        self.statuses: Counter[int] = Counter()

    async def run(self) -> None:
        """Create one task after the other until cancelled."""
        while True:
            body = {"title": f"Task {sum(self.statuses.values())}", "status": "Open"}
            answer = await self._user.call("POST", TASKS, json=body)
            self.statuses[answer.status_code] += 1
            if answer.status_code == 201:
                self.acknowledged.append(answer.json()["task"]["_id"])

    async def acknowledges(self, count: int) -> None:
        """Wait for that many more."""
        goal = len(self.acknowledged) + count
        await eventually(lambda: len(self.acknowledged) >= goal)


@asynccontextmanager
async def creating(user: User) -> AsyncIterator[Load]:
    """Tasks are created inside the block; what is answered is a 201 or excusable."""
    load = Load(user)
    async with asyncio.TaskGroup() as group:
        clients = [group.create_task(load.run()) for _ in range(CLIENTS)]
        yield load
        for client in clients:
            client.cancel()
    assert set(load.statuses) <= {201} | EXCUSABLE, load.statuses


async def told_exactly_once(user: User, load: Load) -> None:
    """Every acknowledged task is there, and the feed tells once of each task that is there."""

    async def complete() -> bool:
        tasks = [task["_id"] for task in await user.all_tasks()]
        assert set(load.acknowledged) <= set(tasks)
        told = [entry["taskId"] for entry in await user.feed()]
        assert len(told) == len(tasks), f"{len(told)} of {len(tasks)} told"
        assert sorted(told) == sorted(tasks)
        return True

    await eventually(complete, every=0.2)


async def retried(user: User, path: str, body: Json, key: str) -> httpx2.Response:
    """The answer to a request that is sent until there is one."""

    async def answered() -> httpx2.Response:
        answer = await user.call("POST", path, json=body, headers={"idempotency-key": key})
        assert answer.status_code not in EXCUSABLE
        return answer

    answer: httpx2.Response = await eventually(answered)
    return answer
