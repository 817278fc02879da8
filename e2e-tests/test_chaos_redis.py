"""Redis stopped, emptied and frozen while tokens are checked: a revoked one is never accepted."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from client import TASKS, NewUser, User, assert_error
from devstack.redis import Redis
from devstack.suite import Suite
from devstack.testing import eventually
from inside import USERS


class Watch:
    """What a good and some revoked tokens were answered, over and over."""

    def __init__(self, good: User) -> None:
        self.good = good
        self.revoked: list[User] = []
        self.answered: Counter[int] = Counter()

    async def run(self) -> None:
        while True:
            answer = await self.good.get(TASKS)
            assert answer.status_code in (200, 503), answer.text
            self.answered[answer.status_code] += 1
            for user in list(self.revoked):
                refused = await user.get(TASKS)
                assert refused.status_code in (401, 503), refused.text

    async def sees_good(self, count: int = 5) -> None:
        """Wait until the good token has been accepted that many more times."""
        goal = self.answered[200] + count
        await eventually(lambda: self.answered[200] >= goal)

    async def logs_out(self, user: User) -> None:
        """From the answer on, that token is dead."""
        assert (await user.logout()).status_code == 204
        assert (await user.get(TASKS)).status_code in (401, 503)
        self.revoked.append(user)


@asynccontextmanager
async def watching(good: User) -> AsyncIterator[Watch]:
    watch = Watch(good)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(watch.run())
        yield watch
        running.cancel()


async def _take(victim: Suite, how: str) -> None:
    if how == "frozen":
        victim.freeze("redis")
    else:
        await asyncio.to_thread(victim.stop, "redis")


async def _give_back(victim: Suite, how: str) -> None:
    if how == "frozen":
        victim.thaw("redis")
        return
    if how == "emptied":
        victim.wipe("redis")
    await asyncio.to_thread(victim.start, "redis")
    await asyncio.to_thread(victim.wait_ready)


@pytest.mark.parametrize("how", ["stopped", "emptied", "frozen"])
async def test_a_revoked_token_is_never_accepted_and_a_good_one_works(
    victim: Suite, new_user: NewUser, how: str
) -> None:
    good, before, meanwhile, afterwards = [await new_user() for _ in range(4)]
    async with watching(good) as watch:
        await watch.logs_out(before)
        await watch.sees_good()
        await _take(victim, how)
        await watch.sees_good()
        await watch.logs_out(meanwhile)
        await watch.sees_good()
        await _give_back(victim, how)
        await watch.sees_good(20)
        await watch.logs_out(afterwards)
        await watch.sees_good(20)

    for user in (before, meanwhile, afterwards):
        assert_error(await user.get(TASKS), 401)


async def test_a_flushed_redis_is_not_mistaken_for_nothing_revoked(
    victim: Suite, new_user: NewUser
) -> None:
    good, revoked = await new_user(), await new_user()
    [redis] = [store for store in victim.plan.stores if isinstance(store, Redis)]
    async with watching(good) as watch:
        await watch.logs_out(revoked)
        for _ in range(3):
            with redis.client() as client:
                client.flushall()
            await watch.sees_good(10)

    assert_error(await revoked.get(TASKS), 401)


async def test_without_redis_and_user_service_nobody_knows_and_the_answer_is_503(
    victim: Suite, new_user: NewUser
) -> None:
    good, revoked = await new_user(), await new_user()
    await revoked.logout()
    await asyncio.to_thread(victim.stop, "redis")
    await asyncio.to_thread(victim.stop, USERS)

    async def nobody_knows() -> bool:
        for user in (good, revoked):
            answer = await user.get(TASKS)
            # What was asked a moment ago may be remembered for a moment: "yes" of the good one.
            assert answer.status_code in ((200, 503) if user is good else (401, 503))
            if answer.status_code != 503:
                return False
            assert_error(answer, 503, "Service Error or Unavailable")
            assert int(answer.headers["retry-after"]) >= 1
        return True

    await eventually(nobody_knows)

    await asyncio.to_thread(victim.start, USERS)
    await asyncio.to_thread(victim.start, "redis")

    async def known_again() -> bool:
        return (await good.get(TASKS)).status_code == 200

    await eventually(known_again)
    await eventually(lambda: _is_refused(revoked))


async def test_the_breaker_closes_again_without_a_restart(victim: Suite, user: User) -> None:
    await asyncio.to_thread(victim.stop, "redis")

    await eventually(lambda: _breaker_is(user, "open"))
    await asyncio.to_thread(victim.start, "redis")
    await eventually(lambda: _breaker_is(user, "closed"))


async def _is_refused(user: User) -> bool:
    answer = await user.get(TASKS)
    assert answer.status_code in (401, 503)
    return answer.status_code == 401


async def _breaker_is(user: User, state: str) -> bool:
    assert (await user.get(TASKS)).status_code == 200
    ready = await user.http.get("/ready")
    return bool(ready.json()["checks"]["breaker"] == state)
