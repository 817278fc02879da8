"""A MongoDB of three members whose primary steps down, and is cut off and killed, under load."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from client import TASKS, NewUser, User, present
from clustered import Clustered
from devstack.members import start_together
from devstack.replica_set import ReplicaSet
from devstack.testing import eventually, examples
from followers import Follower, at_work, told_what_the_feed_has
from load import EXCUSABLE, Load, creating, retried, told_exactly_once

IN_BATCH = 20


class Undoing:
    """Changes many tasks and undoes that, again and again, each request until it is answered."""

    def __init__(self, user: User, ids: list[str]) -> None:
        self._user = user
        self._ids = ids
        self.undone: dict[str, list[str]] = {}
        """The tasks that each batch has changed for sure."""

    async def run(self) -> None:
        number = 0
        while True:
            number += 1
            change = {"ids": self._ids, "set": {"description": f"round {number}"}}
            changed = await retried(self._user, f"{TASKS}/bulk", change, f"bulk-{number}")
            assert changed.status_code == 200, changed.text
            results = changed.json()["results"]
            for_sure = [one["_id"] for one in results if one["status"] == 200]
            if not for_sure:  # MongoDB was away
                continue
            batch = changed.json()["batchId"]
            undone = await retried(
                self._user, f"{TASKS}/undo", {"batchId": batch}, f"undo-{number}"
            )
            assert undone.status_code == 200, undone.text
            self.undone[batch] = for_sure

    async def undoes(self, count: int) -> None:
        """Wait for that many more."""
        goal = len(self.undone) + count
        await eventually(lambda: len(self.undone) >= goal)


async def test_nothing_acknowledged_is_lost_or_doubled_whatever_becomes_of_the_primary(
    clustered: Clustered, user: User, new_user: NewUser
) -> None:
    leaving = [await new_user() for _ in range(2 * examples(1, 5))]
    undoer = await new_user()
    undoing = Undoing(undoer, [(await undoer.create())["_id"] for _ in range(IN_BATCH)])
    follower = Follower(user)
    await follower.begin()

    async with at_work(follower):
        async with at_work(undoing), creating(user) as load:
            await load.acknowledges(20)
            while leaving:
                await asyncio.to_thread(step_down, clustered.mongo)
                await signs_out(leaving.pop())
                await asyncio.gather(load.acknowledges(20), undoing.undoes(1))
                await cut_off_and_kill(clustered.mongo, load)
                await signs_out(leaving.pop())
                await asyncio.gather(load.acknowledges(20), undoing.undoes(1))
                await asyncio.to_thread(clustered.mongo.mend)
        await told_exactly_once(user, load)
        await eventually(lambda: told_what_the_feed_has(user, follower), every=0.2)
    await eventually(lambda: all_undone_once(undoer, undoing), every=0.2)


async def test_no_event_tells_of_a_create_that_an_election_takes_back(
    clustered: Clustered, user: User
) -> None:
    body = {"title": "Nobody has it", "status": "Open"}
    await user.create()
    await eventually(partial(told_what_is_there, user, 1))  # now no relay waits for its own writes
    async with cut_off(clustered.mongo):
        assert (await user.call("POST", TASKS, json=body)).status_code in EXCUSABLE
    kept = await retried(user, TASKS, body, "again")
    assert kept.status_code == 201, kept.text
    # The events are recorded in the order in which they were sent.
    await eventually(partial(told_what_is_there, user, 2))


async def told_what_is_there(user: User, count: int) -> bool:
    tasks = [task["_id"] for task in await user.all_tasks()]
    told = [entry["taskId"] for entry in await user.feed()]
    assert sorted(told) == sorted(tasks)
    return len(told) == count


def step_down(mongo: ReplicaSet) -> None:
    """The primary lets another member, which has all that it has, take its place."""
    mongo.primary().store.step_down()


async def cut_off_and_kill(mongo: ReplicaSet, load: Load) -> None:
    """Nobody has what the primary writes last, and the others choose one of them when it is gone.

    A member that is only frozen would find the last writes in its socket when it goes on.
    """
    async with cut_off(mongo):
        refused = load.statuses[503]
        await eventually(lambda: load.statuses[503] >= refused + 4)


@asynccontextmanager
async def cut_off(mongo: ReplicaSet) -> AsyncIterator[None]:
    """The primary is alone inside the block, and killed behind it; the others are there again."""
    primary = await asyncio.to_thread(mongo.primary)
    others = [member for member in mongo.members if member is not primary]
    for other in others:
        other.kill()
    yield
    primary.kill()
    await asyncio.to_thread(start_together, others)


async def signs_out(user: User) -> None:
    """What ends the session is not forgotten, whoever is the primary."""
    cookie = user.cookie

    async def signed_out() -> bool:
        # 401: the answer before, which never came, has ended it.
        return (await user.logout()).status_code in {204, 401}

    async def is_refused() -> bool:
        answer = await present(user.http, cookie)
        assert answer.status_code in EXCUSABLE | {401}, answer.text
        return answer.status_code == 401

    await eventually(signed_out)
    await eventually(is_refused)


async def all_undone_once(user: User, undoing: Undoing) -> bool:
    """Whether the feed tells of each change of a batch, and once that it was undone."""
    feed = await user.feed()
    changes = {(entry["batchId"], entry["taskId"]): entry["id"] for entry in feed}
    undos = Counter(entry["causedBy"] for entry in feed)
    for batch, tasks in undoing.undone.items():
        for task in tasks:
            assert undos[changes.get((batch, task), "none")] == 1
    return True
