"""Replicas killed and stopped in turn, while clients work that send what has failed once again."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import httpx2
import pytest
from anywhere import Anywhere
from client import User, new_http
from devstack.testing import eventually, examples
from followers import Follower, at_work, told_what_the_feed_has
from inside import ACTIVITY, GATEWAY, TASKS, USERS
from load import told_exactly_once
from named_gateway import ADDRESSES
from replicated import Replicated
from retrying import Client, Request, working

ROUNDS = examples(1, 5)
WORK = examples(1, 3)  # rounds of each client while a replica is away
EACH = 2  # clients at each gateway
TIMEOUT = 45.0  # seconds, a deadline for a suite that is stuck

NewHttp = Callable[[int], httpx2.AsyncClient]
"""A client of the gateways, given the place of the one that it asks first."""


@pytest.mark.parametrize("service", [USERS, TASKS, ACTIVITY])
async def test_what_is_sent_again_succeeds_while_a_replica_is_away(
    replicated: Replicated, service: str
) -> None:
    # To the same gateway: that one is to find the other replica.
    async with at_both_gateways(lambda place: new_http(replicated.gateways[place])) as clients:
        kills = [await each_goes_and_comes(replicated, service, clients) for _ in range(ROUNDS)]
    for lost in all_lost(clients):
        # What was under way at a kill may have met the same replica twice.
        assert any(lost.began < gone and lost.ended > began for began, gone in kills), lost


async def test_what_is_sent_again_succeeds_while_a_gateway_is_away(replicated: Replicated) -> None:
    def new(place: int) -> httpx2.AsyncClient:
        """What it sends again goes to the other gateway."""
        # On loopback what is gone refuses at once: a connection that takes long is only slow.
        addresses = [*ADDRESSES[place:], *ADDRESSES[:place]]
        transport = Anywhere(addresses, replicated.port, connect=TIMEOUT)
        url = replicated.gateways[place]
        return httpx2.AsyncClient(transport=transport, base_url=url, timeout=TIMEOUT)

    async with at_both_gateways(new) as clients:
        for _ in range(ROUNDS):
            await each_goes_and_comes(replicated, GATEWAY, clients)
    assert all_lost(clients) == []


async def each_goes_and_comes(
    replicated: Replicated, service: str, clients: list[Client]
) -> tuple[float, float]:
    """One replica is killed and started, then the other is stopped and started; when the kill began and ended."""
    first, second = replicated.of(service)
    began = time.monotonic()
    await asyncio.to_thread(replicated.kill, second)
    gone = time.monotonic()
    await all_work(clients)
    await asyncio.to_thread(replicated.start, [second])
    await asyncio.to_thread(replicated.stop, first)
    await all_work(clients)
    await asyncio.to_thread(replicated.start, [first])
    return began, gone


def all_lost(clients: list[Client]) -> list[Request]:
    return [one for client in clients for one in client.requests if one.is_lost]


async def all_work(clients: list[Client]) -> None:
    """Wait until each has begun and ended so many rounds from now on."""
    goals = {client: client.rounds + WORK + 1 for client in clients}

    def done() -> bool:
        return all(client.rounds >= goal for client, goal in goals.items())

    await eventually(done)


@asynccontextmanager
async def at_both_gateways(new_http: NewHttp) -> AsyncIterator[list[Client]]:
    """Clients that work all the time, and some that listen; nothing of theirs is lost or doubled."""
    async with AsyncExitStack() as stack:

        async def new_user(place: int) -> User:
            return User(await stack.enter_async_context(new_http(place)))

        clients, followers = list[Client](), list[Follower]()
        for place in range(len(ADDRESSES)):
            for _ in range(EACH):
                client = Client(await new_user(place))
                await client.user.register()
                clients.append(client)
            listening = await new_user(place)
            listening.token = clients[0].user.token
            followers.append(Follower(listening))
            await followers[-1].begin()
        async with at_work(*followers):
            async with working(clients):
                await all_work(clients)
                yield clients
            for client in clients:
                await told_exactly_once(client.user, client)
                titles = [task["title"] for task in await client.user.all_tasks()]
                assert len(set(titles)) == len(titles)
            for follower in followers:
                await eventually(
                    partial(told_what_the_feed_has, clients[0].user, follower), every=0.2
                )
