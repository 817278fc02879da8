"""How many failed logins are too many, through the service."""

import asyncio
from collections import Counter

from chassis.mongo import open_mongo
from chassis_helpers.metrics import value
from user_helpers.service import (
    EMAIL,
    THERE,
    AdjustableClock,
    Client,
    StartService,
    counters_of_logins,
    wrong_logins,
)


async def test_after_10_failures_from_one_address_even_the_right_password_is_429(
    client: Client, clock: AdjustableClock
) -> None:
    clock.stop()
    await client.register()
    assert await wrong_logins(client, 12) == {401: 10, 429: 2}
    clock.advance(minutes=5)
    refused = await client.login()
    assert refused.status_code == 429
    assert refused.json()["message"] == "Too many failed logins, try again later"
    assert int(refused.headers["retry-after"]) == 600
    assert (await client.from_ip(THERE).login()).status_code == 200
    clock.advance(seconds=int(refused.headers["retry-after"]))
    assert (await client.login()).status_code == 200


async def test_logins_are_counted_by_result(client: Client) -> None:
    def counted() -> list[float]:
        results = ("succeeded", "wrong", "throttled", "failed")
        return [value("logins_total", result=result) for result in results]

    await client.register()
    before = counted()
    assert (await client.login()).status_code == 200
    assert await wrong_logins(client, 12) == {401: 10, 429: 2}
    assert [now - then for now, then in zip(counted(), before, strict=True)] == [1, 10, 2, 0]


async def test_an_unknown_account_is_throttled_alike(client: Client) -> None:
    assert await wrong_logins(client, 12, "nobody@example.com") == {401: 10, 429: 2}


async def test_of_50_parallel_guesses_10_are_compared(client: Client) -> None:
    await client.register()
    responses = await asyncio.gather(*(client.login(password="wrong horse") for _ in range(50)))
    assert Counter(response.status_code for response in responses) == {401: 10, 429: 40}


async def test_50_parallel_right_passwords_all_get_in(client: Client) -> None:
    await client.register()
    responses = await asyncio.gather(*(client.login() for _ in range(50)))
    assert {response.status_code for response in responses} == {200}


async def test_the_right_password_forgives_the_failures_from_its_address(client: Client) -> None:
    await client.register()
    for _ in range(3):
        assert await wrong_logins(client, 9) == {401: 9}
        assert (await client.login()).status_code == 200


async def test_an_account_has_a_bound_over_all_addresses(start_service: StartService) -> None:
    bounds = {"login_failures_per_account_and_address": 2, "login_failures_per_account": 5}
    async with start_service(**bounds) as client:
        await client.register()
        for number in range(5):
            elsewhere = client.from_ip(f"192.0.2.{number}")
            assert await wrong_logins(elsewhere, 1) == {401: 1}
        assert (await client.from_ip(THERE).login()).status_code == 429
        assert (await client.register(email="other@example.com")).status_code == 201
        assert (await client.login(email="other@example.com")).status_code == 200


async def test_an_address_has_a_bound_over_all_accounts(start_service: StartService) -> None:
    async with start_service(login_failures_per_address=5) as client:
        await client.from_ip(THERE).register()
        for number in range(5):
            assert await wrong_logins(client, 1, f"{number}@example.com") == {401: 1}
        assert (await client.login()).status_code == 429
        assert (await client.from_ip(THERE).login()).status_code == 200


async def test_a_refused_login_uses_up_no_other_bound(start_service: StartService) -> None:
    bounds = {"login_failures_per_account_and_address": 2, "login_failures_per_address": 3}
    async with start_service(**bounds) as client:
        await client.register()
        assert await wrong_logins(client, 20) == {401: 2, 429: 18}
        assert await wrong_logins(client, 2, "other@example.com") == {401: 1, 429: 1}
        elsewhere = client.from_ip(THERE)
        assert (await elsewhere.login()).status_code == 200


async def test_0_is_no_bound(start_service: StartService) -> None:
    bounds = dict.fromkeys(
        (
            "login_failures_per_account_and_address",
            "login_failures_per_account",
            "login_failures_per_address",
        ),
        0,
    )
    async with start_service(**bounds) as client:
        await client.register()
        assert await wrong_logins(client, 15) == {401: 15}


async def test_two_replicas_count_together_and_a_restart_forgets_nothing(
    start_service: StartService,
) -> None:
    async with start_service() as one, start_service() as two:
        await one.register()
        guesses = [client.login(password="wrong horse") for client in (one, two) * 15]
        statuses = Counter(response.status_code for response in await asyncio.gather(*guesses))
        assert statuses == {401: 10, 429: 20}
    async with start_service() as restarted:
        assert (await restarted.login()).status_code == 429


async def test_a_failure_counts_for_15_minutes_and_no_longer(
    client: Client, clock: AdjustableClock
) -> None:
    clock.stop()
    await client.register()
    assert await wrong_logins(client, 5) == {401: 5}
    clock.advance(minutes=10)
    assert await wrong_logins(client, 5) == {401: 5}
    clock.advance(minutes=4, seconds=50)
    refused = await client.login()
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) == 10
    clock.advance(seconds=11)
    assert await wrong_logins(client, 6) == {401: 5, 429: 1}


async def test_a_400_is_no_failed_login(client: Client) -> None:
    await client.register()
    for _ in range(12):
        assert (await client.login(password="x" * 73)).status_code == 400
    assert (await client.login()).status_code == 200


async def test_neither_address_nor_account_is_stored_in_the_clear(
    client: Client, mongo_uri: str
) -> None:
    await wrong_logins(client, 1)
    async with open_mongo(mongo_uri, {}) as database:
        stored = str(await counters_of_logins(database).find().to_list())
    assert "places" in stored
    assert EMAIL not in stored
    assert "192.0.2.1" not in stored


async def test_the_addresses_of_one_ipv6_network_are_throttled_as_one(
    start_service: StartService,
) -> None:
    async with start_service(login_failures_per_address=1) as client:
        assert await wrong_logins(client.from_ip("2001:db8::1"), 1) == {401: 1}
        assert await wrong_logins(client.from_ip("2001:db8::2:1"), 1, "b@x.io") == {429: 1}
        assert await wrong_logins(client.from_ip("2001:db8:0:1::"), 1, "b@x.io") == {401: 1}
