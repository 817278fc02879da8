"""The connection, against a real broker that is stopped, frozen and meddled with."""

import asyncio

import pytest
from chassis import rabbit as rabbit_module
from chassis.rabbit import BROKER_FAULTS, NotConnected, RabbitConnection, bounded
from chassis.topology import Queue, Topology
from chassis_helpers.broker import TOPOLOGY, Operator
from devstack.rabbitmq import RabbitMQ
from devstack.servers import Server
from devstack.testing import eventually, free_port


async def is_ready(connection: RabbitConnection) -> bool:
    try:
        return await connection.check() == "up"
    except BROKER_FAULTS:
        return False


async def test_it_is_up_once_its_topology_is_declared(
    rabbitmq_uri: str, operator: Operator
) -> None:
    async with RabbitConnection(rabbitmq_uri, name="test", topology=TOPOLOGY) as connection:
        await connection.wait_until_up()
        assert connection.is_up
        assert await connection.check() == "up"
        assert await operator.ready("work") == 0
        await operator.send("work")


async def test_closing_leaves_no_task_behind(rabbitmq_uri: str) -> None:
    before = asyncio.all_tasks()
    async with RabbitConnection(rabbitmq_uri, name="test", topology=TOPOLOGY) as connection:
        await connection.wait_until_up()
        await connection.check()
    assert not connection.is_up
    await eventually(lambda: asyncio.all_tasks() == before)


async def test_a_service_starts_and_stops_without_a_broker() -> None:
    before = asyncio.all_tasks()
    async with RabbitConnection(f"amqp://127.0.0.1:{free_port()}/", name="test") as connection:
        assert not connection.is_up
        with pytest.raises(NotConnected):
            await connection.open_channel()
        with pytest.raises(NotConnected):
            await connection.check()
    await eventually(lambda: asyncio.all_tasks() == before)


async def test_a_queue_with_other_arguments_keeps_it_down_until_an_operator_removes_it(
    rabbitmq_uri: str, operator: Operator
) -> None:
    await operator.declare(Topology(queues=[Queue("work")]))
    async with RabbitConnection(rabbitmq_uri, name="test", topology=TOPOLOGY) as connection:
        await eventually(lambda: connection._reported_down)
        assert not connection.is_up
        await operator.delete("work")
        await eventually(lambda: connection.is_up)


async def test_what_an_operator_deleted_is_declared_again_on_request(
    rabbitmq_uri: str, operator: Operator
) -> None:
    async with RabbitConnection(rabbitmq_uri, name="test", topology=TOPOLOGY) as connection:
        await connection.wait_until_up()
        await operator.delete("work")

        async def declared() -> bool:
            await connection.declare()
            return await operator.exists("work")

        await eventually(declared)


async def test_many_requests_to_declare_make_one(
    rabbitmq_uri: str, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rabbit_module, "DECLARE_INTERVAL", 3600)
    async with RabbitConnection(rabbitmq_uri, name="test", topology=TOPOLOGY) as connection:
        await connection.wait_until_up()
        await operator.delete("work")
        await asyncio.gather(*(connection.declare() for _ in range(50)))
        assert not await operator.exists("work")


async def test_it_comes_back_whatever_happens_to_the_broker(
    own_rabbitmq: Server[RabbitMQ],
) -> None:
    async with RabbitConnection(own_rabbitmq.uri, name="test", topology=TOPOLOGY) as connection:
        await connection.wait_until_up()

        await eventually(lambda: asyncio.to_thread(close_connections, own_rabbitmq))
        await eventually(lambda: not connection.is_up)
        await eventually(lambda: is_ready(connection))

        own_rabbitmq.freeze()
        with pytest.raises(TimeoutError):
            await connection.check()
        own_rabbitmq.thaw()
        await eventually(lambda: is_ready(connection))

        await asyncio.to_thread(own_rabbitmq.kill)
        await eventually(lambda: not connection.is_up)
        with pytest.raises(NotConnected):
            await connection.check()
        await asyncio.to_thread(own_rabbitmq.start)
        await eventually(lambda: is_ready(connection))


def close_connections(server: Server[RabbitMQ]) -> int:
    """As an operator does in the management page, which lists them late; returns how many."""
    with server.store.api() as api:
        listed = api.get("/connections").raise_for_status().json()
        for connection in listed:
            api.delete(f"/connections/{connection['name']}").raise_for_status()
    return len(listed)


async def test_an_action_that_ignores_cancellation_is_left_behind_in_time() -> None:
    release = asyncio.Event()

    async def stubborn() -> None:
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue

    with pytest.raises(TimeoutError):
        await bounded(stubborn(), 0.01)
    release.set()


@pytest.mark.parametrize("error", [asyncio.CancelledError(), Exception()], ids=repr)
async def test_what_aiormq_ends_closed_channels_with_is_a_lost_connection(
    error: BaseException,
) -> None:
    ended = asyncio.get_running_loop().create_future()
    ended.set_exception(error)
    with pytest.raises(NotConnected):
        await bounded(ended, 1)


async def test_any_other_error_stays_what_it_is() -> None:
    ended = asyncio.get_running_loop().create_future()
    ended.set_exception(KeyError("x"))
    with pytest.raises(KeyError):
        await bounded(ended, 1)


async def test_a_cancellation_somebody_asked_for_stays_one() -> None:
    never = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(bounded(never, 60))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert never.cancelled()
