"""MongoDB killed, stopped and frozen."""

import asyncio

from client import AUTH, TASKS, User, assert_error
from devstack.suite import Suite
from devstack.testing import eventually, examples
from inside import Broker
from load import creating, told_exactly_once


async def test_what_was_acknowledged_survives_a_killed_database_and_no_answer_is_500(
    victim: Suite, user: User
) -> None:
    async with creating(user) as load:
        for _ in range(examples(2, 20)):
            await load.acknowledges(40)
            victim.kill("mongo")
            await load.acknowledges(40)

    await told_exactly_once(user, load)
    await eventually(lambda: Broker(victim).dead_letters() == 0)


async def test_without_a_database_every_service_says_503_and_recovers(
    victim: Suite, user: User
) -> None:
    task = await user.create()
    await asyncio.to_thread(victim.stop, "mongo")

    login = {"email": user.email, "password": user.password}
    answers = await asyncio.gather(
        user.get(TASKS),
        user.get("/api/activity"),
        user.call("POST", TASKS, json={"title": "x", "status": "Open"}),
        user.call("DELETE", f"{TASKS}/{task['_id']}"),
        user.http.post(f"{AUTH}/login", json=login),
        user.http.post(f"{AUTH}/refresh"),
        user.logout(),
    )
    for answer in answers:
        assert_error(answer, 503, "Service Error or Unavailable")
        assert int(answer.headers["retry-after"]) >= 1

    await asyncio.to_thread(victim.start, "mongo")

    async def works() -> bool:
        return (await user.get(TASKS)).status_code == 200

    await eventually(works)
    assert [kept["_id"] for kept in await user.all_tasks()] == [task["_id"]]
    await user.login()


async def test_a_database_that_hangs_is_503_and_loses_nothing(victim: Suite, user: User) -> None:
    async with creating(user) as load:
        await load.acknowledges(20)
        victim.freeze("mongo")
        await eventually(lambda: load.statuses[503] >= 4)
        victim.thaw("mongo")
        await load.acknowledges(20)

    await told_exactly_once(user, load)
