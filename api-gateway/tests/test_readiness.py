"""How often `/ready` asks, and what it says in between."""

import asyncio

import pytest
from api_gateway.readiness import REMEMBERED_SECONDS, RememberedCheck
from gateway_helpers.clock import Clock
from gateway_helpers.gateway import RunningGateway
from gateway_helpers.peers import Peer


async def test_a_word_is_remembered_for_a_second() -> None:
    words = iter(["up", "unready"])
    clock = Clock()

    async def ask() -> str:
        return next(words)

    check = RememberedCheck(ask, clock=clock)
    assert [await check() for _ in range(3)] == ["up"] * 3
    clock.now += REMEMBERED_SECONDS
    assert [await check() for _ in range(3)] == ["unready"] * 3


async def test_a_failure_is_remembered_as_down() -> None:
    asked = 0

    async def fail() -> str:
        nonlocal asked
        asked += 1
        raise ConnectionError

    check = RememberedCheck(fail, clock=Clock())
    with pytest.raises(ConnectionError):
        await check()
    assert [await check() for _ in range(3)] == ["down"] * 3
    assert asked == 1


async def test_a_question_that_somebody_gave_up_is_not_asked_again_at_once() -> None:
    async def hang() -> str:
        await asyncio.Event().wait()
        return "up"

    check = RememberedCheck(hang, clock=Clock())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(check(), 0.01)
    assert await check() == "down"


async def test_many_questions_at_once_are_one_for_each_service(
    gateway: RunningGateway, peer: Peer
) -> None:
    answers = await asyncio.gather(*(gateway.client.get("/ready") for _ in range(30)))
    assert {answer.status_code for answer in answers} == {200}
    assert peer.readiness_questions < 30
