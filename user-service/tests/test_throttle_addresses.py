"""What an address may do: accounts known there, and accounts made there."""

import asyncio
from collections import Counter

from chassis.mongo import open_mongo
from user_helpers.service import (
    EMAIL,
    THERE,
    AdjustableClock,
    Client,
    StartService,
    message,
    wrong_logins,
)


async def test_past_an_addresss_bound_accounts_that_signed_in_from_there_are_still_tried(
    start_service: StartService, clock: AdjustableClock
) -> None:
    async with start_service(login_failures_per_address=5) as client:
        await client.register()
        await client.from_ip(THERE).register(email="other@example.com")
        await client.login(email="other@example.com")

        async def fail_five_times() -> None:
            for number in range(5):
                await wrong_logins(client, 1, f"{number}@example.com")

        await fail_five_times()
        assert await wrong_logins(client, 2, "new@example.com") == {429: 2}
        assert await wrong_logins(client, 9) == {401: 9}
        assert (await client.login()).status_code == 200
        assert (await client.login(email="other@example.com")).status_code == 200
        assert await wrong_logins(client, 12) == {401: 10, 429: 2}  # its own bound stays

        clock.advance(days=29, hours=23)
        await fail_five_times()
        assert (await client.login()).status_code == 200
        clock.advance(days=30)
        await fail_five_times()
        assert (await client.login()).status_code == 429


async def test_failures_of_accounts_known_at_an_address_count_for_the_others(
    start_service: StartService,
) -> None:
    async with start_service(login_failures_per_address=5) as client:
        await client.register()
        assert await wrong_logins(client, 5) == {401: 5}
        assert await wrong_logins(client, 1, "new@example.com") == {429: 1}


async def test_an_account_is_known_at_its_20_last_addresses_for_30_days(
    client: Client, clock: AdjustableClock, mongo_uri: str
) -> None:
    await client.register()
    for number in [*range(24), 23]:
        assert (await client.from_ip(f"192.0.2.{100 + number}").login()).status_code == 200
    async with open_mongo(mongo_uri, {}) as database:
        account = await database["users"].find_one({})
        assert account is not None
        assert len({one["address"] for one in account["signIns"]}) == 20
        assert "192.0.2" not in str(account)
        clock.advance(days=30)
        assert (await client.login()).status_code == 200
        account = await database["users"].find_one({})
    assert account is not None
    assert len(account["signIns"]) == 1


async def test_an_account_stays_known_at_its_addresses_when_the_secret_is_rotated(
    start_service: StartService, mongo_uri: str
) -> None:
    bound = {"login_failures_per_address": 1}
    async with start_service(refresh_secret="old" * 11) as client:
        await client.register()
        await client.register(email="away@example.com")
    rotated = {"refresh_secret": "new" * 11, "refresh_secret_fallback": "old" * 11}
    async with start_service(**bound, **rotated) as client:
        await wrong_logins(client, 1, "new@example.com")
        assert await wrong_logins(client, 1, "new@example.com") == {429: 1}
        assert (await client.login()).status_code == 200
    async with start_service(**bound, refresh_secret="new" * 11) as client:
        assert (await client.login()).status_code == 200  # it signed in meanwhile
        assert (await client.login(email="away@example.com")).status_code == 429
    async with open_mongo(mongo_uri, {}) as database:
        account = await database["users"].find_one({"email": EMAIL})
    assert account is not None
    assert len(account["signIns"]) == 1


async def test_an_account_from_before_addresses_were_stored_signs_in(
    client: Client, mongo_uri: str
) -> None:
    await client.register()
    async with open_mongo(mongo_uri, {}) as database:
        await database["users"].update_one({}, {"$unset": {"signIns": ""}})
    for _ in range(2):
        assert (await client.login()).status_code == 200


async def test_an_address_makes_a_bounded_number_of_accounts_in_15_minutes(
    start_service: StartService, clock: AdjustableClock
) -> None:
    async with start_service(registrations_per_address=2) as client:
        for email in ("a@x.io", "a@x.io", "a@x.io", "b@x.io"):  # a taken one makes no account
            await client.register(email=email)
        refused = await client.register(email="c@x.io")
        assert message(refused) == (429, "Too many registrations, try again later")
        assert 880 <= int(refused.headers["retry-after"]) <= 900
        assert message(await client.register(email="a@x.io"))[0] == 409
        assert (await client.from_ip(THERE).register(email="c@x.io")).status_code == 201
        clock.advance(minutes=15)
        assert (await client.register(email="d@x.io")).status_code == 201


async def test_of_many_registrations_at_once_no_more_than_the_bound_make_an_account(
    start_service: StartService,
) -> None:
    async with start_service(registrations_per_address=3) as client:
        emails = [f"{number}@x.io" for number in range(12)]
        responses = await asyncio.gather(*(client.register(email=email) for email in emails))
    assert Counter(response.status_code for response in responses) == {201: 3, 429: 9}
