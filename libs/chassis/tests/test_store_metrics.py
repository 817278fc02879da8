"""What is counted of the stores: calls behind a breaker, confirms, batches, connections."""

import pytest
from chassis.breaker import CircuitBreaker, CircuitOpen
from chassis.mongo import check_mongo, open_mongo
from chassis.publisher import Publisher, PublishFailed
from chassis_helpers.breaker import answer, cancelled, failures, hang, started
from chassis_helpers.broker import Operator
from chassis_helpers.consumer import NotingHandler, consuming, send
from chassis_helpers.metrics import value
from devstack.testing import eventually


@pytest.mark.usefixtures("quiet")
async def test_a_breaker_shows_its_state_and_what_became_of_its_calls() -> None:
    breaker = CircuitBreaker("counted", call_timeout=None)
    await breaker.call(answer)
    await cancelled(await started(breaker, hang))
    await failures(breaker, 2)
    for _ in range(2):
        with pytest.raises(CircuitOpen):
            await breaker.call(answer)
    outcomes = ("succeeded", "cancelled", "failed", "refused")
    calls = [
        value("circuit_breaker_calls_total", breaker="counted", result=result)
        for result in outcomes
    ]
    assert calls == [1, 1, 2, 2]
    states = [
        value("circuit_breaker_state", breaker="counted", circuit_breaker_state=state)
        for state in ("closed", "open", "half-open")
    ]
    assert states == [0, 1, 0]


async def test_confirmed_and_failed_publishes_are_counted(publisher: Publisher) -> None:
    def counted() -> list[float]:
        results = ("confirmed", "failed")
        return [value("rabbitmq_publishes_total", result=result) for result in results]

    before = counted()
    await publisher.publish("events", "Happened", b"{}", message_id="1", timeout=60)
    with pytest.raises(PublishFailed):
        await publisher.publish("", "nowhere", b"{}", message_id="2", timeout=60)
    confirmed, failed = counted()
    assert (confirmed - before[0], failed - before[1]) == (1, 1)


@pytest.mark.usefixtures("connection")
async def test_batches_are_counted_with_their_messages(
    rabbitmq_uri: str, operator: Operator
) -> None:
    def counted() -> tuple[float, float]:
        name = "rabbitmq_batch_messages"
        return value(f"{name}_count"), value(f"{name}_sum")

    batches, messages = counted()
    handler = NotingHandler()
    await send(operator, range(7))
    async with consuming(rabbitmq_uri, handler):
        await eventually(lambda: len(handler.bodies) == 7)
    assert counted() == (batches + len(handler.handled), messages + 7)


async def test_connections_to_mongodb_are_counted_until_they_are_closed(mongo_uri: str) -> None:
    before = value("mongodb_connections_open")
    async with open_mongo(mongo_uri, {}) as database:
        await check_mongo(database)
        assert value("mongodb_connections_open") > before
    assert value("mongodb_connections_open") == before
    assert value("mongodb_connections_in_use") == 0
