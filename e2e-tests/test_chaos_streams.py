"""Live streams while services, the broker and the database are killed."""

import asyncio

import httpx2
from client import TASKS, NewUser, User
from devstack.suite import Suite
from devstack.testing import eventually, examples
from followers import COME_AGAIN, Follower, at_work
from inside import ACTIVITY as ACTIVITY_SERVICE
from inside import GATEWAY
from inside import TASKS as TASKS_SERVICE

KILLED = ("mongo", ACTIVITY_SERVICE, GATEWAY, TASKS_SERVICE, "rabbitmq")
USERS, CLIENTS = examples(1, 5), examples(3, 10)  # of each user
EVENTS = examples(20, 100)  # of each user, for each kill
ROUNDS = examples(1, 2)


class Writer:
    """Creates tasks of one user all the time."""

    def __init__(self, user: User) -> None:
        self._user = user
        self.acknowledged = 0

    async def acknowledges(self, count: int) -> None:
        """Wait until that many more are there."""
        goal = self.acknowledged + count
        await eventually(lambda: self.acknowledged >= goal)

    async def run(self) -> None:
        body = {"title": "Water the plants", "status": "Open"}
        while True:
            try:
                answer = await self._user.call("POST", TASKS, json=body)
            except httpx2.TransportError:
                await asyncio.sleep(COME_AGAIN)
            else:
                self.acknowledged += answer.status_code == 201


async def test_every_client_is_told_all_that_the_feed_has_once_whatever_is_killed(
    victim: Suite, new_user: NewUser
) -> None:
    users = [await new_user() for _ in range(USERS)]
    followers = {user.id: [Follower(user) for _ in range(CLIENTS)] for user in users}
    everybody = [follower for some in followers.values() for follower in some]
    for follower in everybody:
        await follower.begin()
    writers = [Writer(user) for user in users]

    async with at_work(*everybody):
        async with at_work(*writers):
            for killed in KILLED * ROUNDS:
                victim.kill(killed)
                await asyncio.gather(*(writer.acknowledges(EVENTS) for writer in writers))
        for user in users:
            await _all_are_told(user, followers[user.id])


async def _all_are_told(user: User, followers: list[Follower]) -> None:
    async def as_the_feed_says() -> bool:
        tasks = await user.all_tasks()
        feed = [entry["id"] for entry in await user.feed()]
        assert len(feed) == len(tasks)
        for follower in followers:
            assert len(follower.told) >= len(feed), "not yet"
        return True

    await eventually(as_the_feed_says, every=0.2)
    feed = sorted(entry["id"] for entry in await user.feed())
    first, *others = followers
    assert sorted(first.told) == feed
    for other in others:
        assert other.told == first.told
