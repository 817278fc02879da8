"""Parking, looking and replaying on a real broker."""

from contextlib import aclosing
from decimal import Decimal
from typing import Any

import pytest
from chassis.consumer import BatchConsumer, Delivery
from chassis.parked import park, peek
from chassis.publisher import Publisher, PublishFailed
from chassis.rabbit import RabbitConnection
from chassis.topology import Queue, Topology
from chassis_helpers.broker import Operator
from chassis_helpers.parked import delivery, look, replayed
from devstack.testing import eventually


async def test_a_parked_message_keeps_all_that_it_came_with_and_says_why(
    connection: RabbitConnection, publisher: Publisher
) -> None:
    headers: dict[str, Any] = {"traceparent": "00-1-2-01", "nested": [{"a": 1}, None], "n": 2**40}
    await park(publisher, "work.parked", delivery(headers=headers), "not JSON")
    [message] = await look(connection)
    assert message.body == b"poison"
    assert message.headers == headers
    assert (message.message_id, message.reason) == ("1", "not JSON")
    assert (message.exchange, message.routing_key) == ("events", "Happened")
    assert message.parked_at.endswith("+00:00")


async def test_the_reason_stands_in_a_header_and_the_message_is_persistent(
    publisher: Publisher, operator: Operator
) -> None:
    await park(publisher, "work.parked", delivery(), "not JSON")
    message = await operator.take("work.parked")
    assert message is not None
    assert (message.header.properties.headers or {})["x-parked-reason"] == "not JSON"
    assert message.header.properties.delivery_mode == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"x": b"\xff\xfe"},
        {"x": 1e300},
        {"x": [{"y": Decimal(2**32)}]},
        {"CC": "not a list, for which the broker closes the channel"},
        {"x": "just short enough for one frame of its own" * 3_117},
        {"x-original-exchange": [1], "x-parked-reason": 7, "x-death": "soon"},
    ],
    ids=lambda headers: next(iter(headers)),
)
async def test_no_header_keeps_a_message_from_being_parked_and_replayed(
    connection: RabbitConnection,
    publisher: Publisher,
    operator: Operator,
    headers: dict[str, Any],
) -> None:
    await park(publisher, "work.parked", delivery(headers=headers), "odd")
    [message] = await look(connection)
    assert (message.reason, message.exchange, message.body) == ("odd", "events", b"poison")
    assert await replayed(connection) == 1
    assert await operator.ready("work") == 1


async def test_no_reason_keeps_a_message_from_being_parked(
    connection: RabbitConnection, publisher: Publisher
) -> None:
    await park(publisher, "work.parked", delivery(), "lone surrogate \ud800 " + "x" * 200_000)
    [message] = await look(connection)
    assert message.reason.startswith("lone surrogate ? x")


async def test_a_message_of_many_megabytes_is_parked_and_replayed_whole(
    connection: RabbitConnection, publisher: Publisher, operator: Operator
) -> None:
    body = b"\xf0\x9f" * 4 * 2**20
    await park(publisher, "work.parked", delivery(body), "too large")
    assert [message.body for message in await look(connection)] == [body]
    assert await replayed(connection) == 1
    message = await operator.take("work")
    assert message is not None
    assert message.body == body


async def test_what_cannot_be_parked_is_a_fault(publisher: Publisher) -> None:
    with pytest.raises(PublishFailed):
        await park(publisher, "nowhere", delivery(), "not JSON")


async def test_looking_takes_nothing_away_however_often(
    connection: RabbitConnection, publisher: Publisher
) -> None:
    for number in range(3):
        await park(publisher, "work.parked", delivery(str(number).encode()), "not JSON")
    for _ in range(30):
        assert [message.body for message in await look(connection)] == [b"0", b"1", b"2"]
    assert [message.body for message in await look(connection, 2)] == [b"0", b"1"]
    async with aclosing(peek(connection, "work.parked")) as messages:
        async for _ in messages:
            break
    assert await replayed(connection, limit=2) == 2
    assert await replayed(connection, limit=2) == 1


async def test_looking_keeps_the_order_of_many_however_few_are_looked_at(
    connection: RabbitConnection, publisher: Publisher
) -> None:
    bodies = [str(number).encode() for number in range(100)]
    for body in bodies:
        await park(publisher, "work.parked", delivery(body), "not JSON")
    for limit in (100, 3, 50, 3, 100):
        assert [message.body for message in await look(connection, limit)] == bodies[:limit]


async def test_a_replayed_message_is_as_it_was_and_leaves_the_parked_queue(
    connection: RabbitConnection, publisher: Publisher, operator: Operator
) -> None:
    await park(publisher, "work.parked", delivery(headers={"traceparent": "00-1-2-01"}), "not JSON")
    assert await replayed(connection) == 1
    message = await operator.take("work")
    assert message is not None
    properties = message.header.properties
    headers = properties.headers or {}
    assert (message.body, properties.message_id) == (b"poison", "1")
    assert headers["traceparent"] == "00-1-2-01"
    assert not any(name.startswith("x-parked-") for name in headers)
    assert await replayed(connection) == 0


async def test_a_message_parked_again_is_not_replayed_again_and_its_origin_is_not_forgotten(
    connection: RabbitConnection, publisher: Publisher, operator: Operator
) -> None:
    async def park_again(batch: list[Delivery]) -> None:
        for message in batch:
            await park(publisher, "work.parked", message, "still not JSON")

    for _ in range(20):
        await park(publisher, "work.parked", delivery(), "not JSON")
    async with BatchConsumer(connection, "work", park_again):
        assert await replayed(connection) == 20
        await eventually(lambda: operator.holds("work.parked", 20))
    again = await look(connection)
    assert {(m.reason, m.exchange, m.routing_key) for m in again} == {
        ("still not JSON", "events", "Happened")
    }


async def test_what_cannot_be_replayed_stays_parked(
    connection: RabbitConnection, publisher: Publisher, operator: Operator
) -> None:
    full = Queue("full", {"x-max-length": 1, "x-overflow": "reject-publish"})
    await operator.declare(Topology(queues=[full]))
    for _ in range(3):
        await park(publisher, "work.parked", delivery(), "not JSON")
    with pytest.raises(PublishFailed):
        await replayed(connection, to="full")
    await eventually(lambda: operator.holds("work.parked", 2))


async def test_a_message_that_the_broker_parked_is_known_by_its_death_and_may_die_again(
    connection: RabbitConnection, publisher: Publisher, operator: Operator
) -> None:
    """RabbitMQ drops what dies twice of the same cause, unless its death is forgotten."""
    doomed = Topology(
        queues=[
            Queue(
                "doomed",
                {
                    "x-queue-type": "quorum",
                    "x-delivery-limit": 0,
                    "x-dead-letter-exchange": "",
                    "x-dead-letter-routing-key": "work.parked",
                    "x-dead-letter-strategy": "at-least-once",
                    "x-overflow": "reject-publish",
                },
            )
        ]
    )
    await operator.declare(doomed)
    await publisher.publish("", "doomed", b"poison", message_id="1", headers={"a": "b"})
    for _ in range(2):
        channel = await operator.channel()
        got = await channel.basic_get("doomed")
        assert got.body == b"poison"
        await channel.close()
        await eventually(lambda: operator.holds("work.parked", 1))
        [message] = await look(connection)
        assert (message.reason, message.routing_key) == ("delivery_limit", "doomed")
        assert (message.message_id, message.headers) == ("1", {"a": "b"})
        assert await replayed(connection, to="doomed") == 1
