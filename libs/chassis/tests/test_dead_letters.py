"""Dead letters on a real broker: added with their reason, looked at, and put back."""

import aiormq
import pytest
from chassis.dead_letters import DeadLetter, browse, put_back
from chassis.publisher import PublishFailed
from chassis.rabbit import RabbitConnection
from chassis.topology import Queue
from chassis_helpers.broker import TOPOLOGY, Operator, memory_alarm
from chassis_helpers.consumer import NotingHandler, consuming
from devstack.rabbitmq import RabbitMQ
from devstack.servers import Server
from devstack.testing import eventually


async def look(connection: RabbitConnection, limit: int = 100) -> list[DeadLetter]:
    _, letters = await browse(connection, "work.dead", limit=limit)
    return letters


async def moved(connection: RabbitConnection, to: str = "work", limit: int | None = None) -> int:
    return len([number async for number in put_back(connection, "work.dead", to=to, limit=limit)])


async def test_a_message_that_is_given_up_becomes_a_dead_letter_with_its_reason_and_holds_up_none(
    rabbitmq_uri: str, connection: RabbitConnection, operator: Operator
) -> None:
    handler = NotingHandler()
    # Headers that the client cannot write, or that would route it elsewhere.
    await operator.send("work", b"dead 1", message_id="same", headers={"x": 2**40})
    await operator.send("work", b"dead 2" + b"x" * 2**21, message_id="same")
    await operator.send("work", b"alive")
    async with consuming(rabbitmq_uri, handler, max_wait=0.5):
        await eventually(lambda: operator.holds("work.dead", 2))
        await eventually(lambda: b"alive" in handler.bodies)
    assert await operator.ready("work") == 0
    first, second = await look(connection)
    assert (first.body, first.message_id, first.reason) == (b"dead 1", "same", "hopeless")
    assert second.body == b"dead 2" + b"x" * 2**21
    assert first.since.endswith("+00:00")


async def test_while_an_alarm_blocks_publishers_the_broker_moves_dead_letters_by_itself(
    own_rabbitmq: Server[RabbitMQ],
) -> None:
    handler = NotingHandler()
    sent = [b"alive 1", b"dead", b"alive 2", b"dead last", b"alive 3"]
    async with (
        RabbitConnection(own_rabbitmq.uri, name="test", topology=TOPOLOGY) as connection,
        aiormq.connect(own_rabbitmq.uri) as raw,
    ):
        await connection.wait_until_up()
        operator = Operator(raw)
        for body in sent:
            await operator.send("work", body)
        async with (
            memory_alarm(own_rabbitmq),
            consuming(own_rabbitmq.uri, handler, max_batch=1),
        ):
            await eventually(lambda: operator.holds("work.dead", 2))
            await eventually(lambda: len(handler.bodies) == 5)
        assert handler.bodies == sent, "none came twice"
        # A publish that was given up may still reach the broker when the alarm ends.
        assert {letter.body for letter in await look(connection)} == {b"dead", b"dead last"}


async def test_looking_takes_nothing_away_however_often(
    connection: RabbitConnection, operator: Operator
) -> None:
    for number in range(3):
        await operator.send("work.dead", str(number).encode())
    for limit in (3, 2, 3) * 20:
        assert len(await look(connection, limit)) == limit


async def test_what_is_put_back_leaves_the_dead_letters_and_is_as_it_was(
    connection: RabbitConnection, operator: Operator
) -> None:
    for number in range(3):
        await operator.send("work.dead", b"%d" % number, message_id=str(number))
    assert await moved(connection, limit=2) == 2
    await eventually(lambda: operator.holds("work.dead", 1))
    message = await operator.take("work")
    assert message is not None
    assert (message.body, message.header.properties.message_id) == (b"0", "0")
    assert message.header.properties.delivery_mode == 2


async def test_what_dies_again_is_not_put_back_a_second_time(
    rabbitmq_uri: str, connection: RabbitConnection, operator: Operator
) -> None:
    for _ in range(20):
        await operator.send("work.dead", b"dead for ever")
    async with consuming(rabbitmq_uri, NotingHandler()):
        assert await moved(connection) == 20
        await eventually(lambda: operator.holds("work.dead", 20))
    assert {letter.reason for letter in await look(connection)} == {"hopeless"}


async def test_what_cannot_be_put_back_stays_a_dead_letter(
    connection: RabbitConnection, operator: Operator
) -> None:
    await operator.declare(Queue("full", {"x-max-length": 1, "x-overflow": "reject-publish"}))
    for _ in range(3):
        await operator.send("work.dead")
    with pytest.raises(PublishFailed):
        await moved(connection, to="full")
    await eventually(lambda: operator.holds("work.dead", 2))


async def test_a_message_that_the_broker_moved_may_die_again(
    connection: RabbitConnection, operator: Operator
) -> None:
    """RabbitMQ drops what dies twice of the same cause, unless its death is forgotten."""
    arguments: dict[str, str | int] = {
        "x-queue-type": "quorum",
        "x-delivery-limit": 0,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": "work.dead",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
    await operator.declare(Queue("doomed", arguments))
    await operator.send("doomed", b"poison")
    for _ in range(2):
        channel = await operator.channel()
        assert (await channel.basic_get("doomed")).body == b"poison"
        await channel.close()
        await eventually(lambda: operator.holds("work.dead", 1))
        [letter] = await look(connection)
        assert (letter.reason, letter.since[:2]) == (None, "20")
        assert await moved(connection, to="doomed") == 1
