"""MongoDB killed, stopped and frozen."""

import asyncio

from client import AUTH, TASKS, Hunter, assert_error
from devstack.suite import Suite
from devstack.testing import eventually, examples
from inside import Broker
from load import creating, told_exactly_once


async def test_what_was_acknowledged_survives_a_killed_database_and_no_answer_is_500(
    victim: Suite, hunter: Hunter
) -> None:
    async with creating(hunter) as load:
        for _ in range(examples(2, 20)):
            await load.acknowledges(40)
            victim.kill("mongo")
            await load.acknowledges(40)

    await told_exactly_once(hunter, load)
    assert Broker(victim).dead_letters() == 0


async def test_without_a_database_every_service_says_503_and_recovers(
    victim: Suite, hunter: Hunter
) -> None:
    task = await hunter.create()
    await asyncio.to_thread(victim.stop, "mongo")

    login = {"email": hunter.email, "password": hunter.password}
    answers = await asyncio.gather(
        hunter.get(TASKS),
        hunter.get("/api/activity"),
        hunter.call("POST", TASKS, json={"title": "x", "status": "Open"}),
        hunter.call("DELETE", f"{TASKS}/{task['_id']}"),
        hunter.http.post(f"{AUTH}/login", json=login),
        hunter.http.post(f"{AUTH}/refresh"),
        hunter.logout(),
    )
    for answer in answers:
        assert_error(answer, 503, "Service Error or Unavailable")
        assert int(answer.headers["retry-after"]) >= 1

    await asyncio.to_thread(victim.start, "mongo")

    async def works() -> bool:
        return (await hunter.get(TASKS)).status_code == 200

    await eventually(works, within=60)
    assert [kept["_id"] for kept in await hunter.all_tasks()] == [task["_id"]]
    await hunter.login()


async def test_a_database_that_hangs_is_503_and_loses_nothing(
    victim: Suite, hunter: Hunter
) -> None:
    async with creating(hunter) as load:
        await load.acknowledges(20)
        victim.freeze("mongo")
        await eventually(lambda: load.statuses[503] >= 4, within=60)
        victim.thaw("mongo")
        await load.acknowledges(20)

    await told_exactly_once(hunter, load)
