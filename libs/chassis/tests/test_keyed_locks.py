import asyncio

import pytest
from chassis.keyed_locks import KeyedLocks


@pytest.mark.parametrize("places", [1, 3])
async def test_as_many_hold_a_key_as_it_has_places_in_the_order_they_came(places: int) -> None:
    locks = KeyedLocks[str]()
    holding, most, order = 0, 0, []

    async def work(number: int) -> None:
        nonlocal holding, most
        async with locks.hold("key", places=places):
            order.append(number)
            holding += 1
            most = max(most, holding)
            await asyncio.sleep(0)
            holding -= 1

    await asyncio.gather(*(work(number) for number in range(10)))
    assert most == places
    assert order == list(range(10))
    assert len(locks) == 0


async def test_one_key_does_not_wait_for_another() -> None:
    locks = KeyedLocks[str]()
    async with locks.hold("one"), locks.hold("other", wait_at_most=0):
        assert len(locks) == 2


async def test_who_waits_too_long_gets_a_time_out_and_the_key_is_free_again() -> None:
    locks = KeyedLocks[str]()
    async with locks.hold("key"):
        with pytest.raises(TimeoutError):
            async with locks.hold("key", wait_at_most=0.01):
                pass
    async with locks.hold("key", wait_at_most=0):
        pass
