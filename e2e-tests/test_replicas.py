"""Two replicas of every service behind two gateways: to a client they are one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from client import ACTIVITY as FEED
from client import TASKS as LIST
from client import Json, NewUser, User, assert_error, new_http, present
from devstack.sse import Stream, streaming
from devstack.testing import eventually
from inside import ACTIVITY, GATEWAY, TASKS, database_of, run
from replicated import Replicated
from tasks_service.shards import SHARDS, shard_of

CREATES = 10
DEADLINE = 60.0  # seconds, for what is not told at all
WRITES = 6
MOST_STREAMS = 10  # that one user may have open with one gateway


@asynccontextmanager
async def elsewhere(user: User, gateway: str) -> AsyncIterator[User]:
    """The same session of the same user at that gateway."""
    async with new_http(gateway) as http:
        other = User(http)
        other.token = user.token
        yield other


async def test_a_session_is_valid_at_either_gateway_and_ends_at_both(
    replicated: Replicated, user: User
) -> None:
    cookie = user.cookie
    async with elsewhere(user, replicated.gateways[1]) as there:
        assert (await there.get(LIST)).status_code == 200
        assert (await user.logout()).status_code == 204
        assert_error(await there.get(LIST), 401)
        assert_error(await present(there.http, cookie), 401)


async def test_a_request_sent_again_to_the_other_gateway_has_its_effect_once(
    replicated: Replicated, user: User
) -> None:
    body = {"title": "Water the plants", "status": "Open"}
    async with elsewhere(user, replicated.gateways[1]) as there:
        for number in range(CREATES):
            key = {"idempotency-key": f"create-{number}"}
            answers = [
                await one.call("POST", LIST, json=body, headers=key) for one in (user, there)
            ]
            assert answers[0].json() == answers[1].json()
    assert len(await user.all_tasks()) == CREATES


async def test_a_quota_is_one_for_both_gateways(replicated: Replicated, user: User) -> None:
    # Of a day: no write is given back while the test runs.
    limit = run(
        replicated.suite,
        GATEWAY,
        "api_gateway.quota",
        "set",
        "user",
        user.id,
        f"write-day={WRITES}",
    )
    assert limit.returncode == 0, limit.stderr
    async with elsewhere(user, replicated.gateways[1]) as there:
        for one in (user, there):
            await eventually(partial(_knows_limit, one))
        for _ in range(WRITES // 2):
            await user.create()
            await there.create()
        for one in (user, there):
            refused = await one.call("POST", LIST, json={"title": "One more", "status": "Open"})
            assert_error(refused, 429)


async def _knows_limit(user: User) -> bool:
    answer = await user.get("/api/quota")
    return {"write-day": WRITES}.items() <= {
        one["name"]: one["limit"] for one in answer.json()["limits"]
    }.items()


async def test_a_stream_tells_what_was_done_at_the_other_gateway_whichever_replica_recorded_it(
    replicated: Replicated, user: User
) -> None:
    replicas = replicated.of(ACTIVITY)

    async def recorded() -> list[float]:
        return [await replicated.metric(one, "rabbitmq_batch_messages_sum") for one in replicas]

    async with (
        elsewhere(user, replicated.gateways[1]) as there,
        streams_of_both_replicas(replicated, there) as streams,
    ):
        before, made = await recorded(), list[str]()

        async def both_have_recorded() -> bool:
            made.append((await user.create())["_id"])
            return all(now > then for now, then in zip(await recorded(), before, strict=True))

        await eventually(both_have_recorded)
        async with asyncio.timeout(DEADLINE):
            for stream in streams:
                told = [(await stream.next("activity")).data["taskId"] for _ in made]
                assert sorted(told) == sorted(made)


@asynccontextmanager
async def streams_of_both_replicas(
    replicated: Replicated, user: User
) -> AsyncIterator[list[Stream]]:
    """As many streams of a user as it takes until each replica of activity-service has one."""
    replicas = replicated.of(ACTIVITY)

    async def each_has_one() -> bool:
        return all([await replicated.metric(one, "activity_streams_open") for one in replicas])

    async with AsyncExitStack() as stack:
        streams = list[Stream]()
        while not await each_has_one():
            assert len(streams) < MOST_STREAMS
            stream = streaming(user.http, f"{FEED}/stream", headers=user.bearer)
            streams.append(await stack.enter_async_context(stream))
            assert streams[-1].response.status_code == 200
        yield streams


async def test_each_relay_sends_the_events_of_its_own_users_and_each_once(
    replicated: Replicated, new_user: NewUser
) -> None:
    relays = replicated.of(TASKS)

    async def are_shared_evenly() -> bool:
        held = [await replicated.metric(one, "relay_shards") for one in relays]
        return held == [SHARDS / 2, SHARDS / 2]

    async def sent() -> list[float]:
        await eventually(partial(_nothing_waits, replicated))
        return [await replicated.metric(one, "rabbitmq_publishes_total") for one in relays]

    await eventually(are_shared_evenly)
    one, other = await a_user_of_each_relay(replicated, new_user)
    async with (
        elsewhere(one, replicated.gateways[1]) as one_there,
        elsewhere(other, replicated.gateways[1]) as other_there,
    ):

        async def counts_under_one_lease() -> list[float]:
            """How many events each relay has sent; none if the shards have changed hands."""
            fence, before = _lease(replicated)["fence"], await sent()
            users = [one, one_there] + 2 * [other, other_there]
            await asyncio.gather(*(user.create() for user in users for _ in range(CREATES)))
            after = await sent()
            if _lease(replicated)["fence"] != fence:
                return []
            return sorted(now - then for now, then in zip(after, before, strict=True))

        # Again if need be: of a relay that is held up for seconds the other takes the shards.
        assert await eventually(counts_under_one_lease) == [2 * CREATES, 4 * CREATES]


async def a_user_of_each_relay(replicated: Replicated, new_user: NewUser) -> list[User]:
    owners = _lease(replicated)["shards"]
    found = dict[str, User]()
    while len(found) < 2:
        user = await new_user()
        found[owners[shard_of(user.id)]] = user
    return list(found.values())


def _lease(replicated: Replicated) -> Json:
    with database_of(replicated.suite, TASKS) as database:
        [lease] = database["leases"].find()
    return lease


def _nothing_waits(replicated: Replicated) -> bool:
    with database_of(replicated.suite, TASKS) as database:
        return database["tasks"].count_documents({"unsentSince": {"$exists": True}}) == 0
