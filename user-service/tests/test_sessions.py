import asyncio

import pytest
from chassis.mongo import open_mongo
from chassis.redis import open_redis
from user_helpers.projection import compose
from user_helpers.service import HERE, THERE, AdjustableClock, Client, StartService
from user_service.tokens import stored_form, successor_of

OLD, NEW = "old-refresh-secret-0123456789abcdef", "new-refresh-secret-0123456789abcdef"
INVALID = (401, "Invalid refresh token")


@pytest.mark.parametrize(("seconds", "address"), [(61, THERE), (601, HERE)])
async def test_presented_again_later_it_is_theft_and_the_whole_session_ends(
    client: Client, clock: AdjustableClock, seconds: int, address: str
) -> None:
    first = client.granted(await client.register())
    elsewhere = client.granted(await client.login())
    second = client.granted(await client.refresh(first.refresh_token))
    clock.advance(seconds=seconds)
    theft = await client.from_ip(address).refresh(first.refresh_token)
    assert (theft.status_code, theft.json()["message"]) == INVALID
    assert (await client.refresh(second.refresh_token)).status_code == 401
    assert await client.is_revoked(first.claims)
    assert await client.is_revoked(second.claims)
    assert not await client.is_revoked(elsewhere.claims)
    assert (await client.refresh(elsewhere.refresh_token)).status_code == 200


@pytest.mark.parametrize(("seconds", "address"), [(59, THERE), (599, HERE)])
async def test_an_answer_that_was_lost_is_given_again(
    client: Client, clock: AdjustableClock, seconds: int, address: str
) -> None:
    clock.stop()
    first = client.granted(await client.register())
    second = client.granted(await client.refresh(first.refresh_token))
    clock.advance(seconds=seconds)
    again = client.granted(await client.from_ip(address).refresh(first.refresh_token))
    assert again.refresh_token == second.refresh_token
    assert (await client.refresh(second.refresh_token)).status_code == 200
    clock.advance(seconds=1)  # now that the successor is used, it is theft at any time
    assert (await client.refresh(first.refresh_token)).status_code == 401


async def test_the_addresses_of_one_ipv6_network_are_one_address(
    client: Client, clock: AdjustableClock
) -> None:
    first = client.granted(await client.from_ip("2001:db8::1").register())
    await client.from_ip("2001:db8::1").refresh(first.refresh_token)
    clock.advance(minutes=9)
    again = await client.from_ip("2001:db8::2:1").refresh(first.refresh_token)
    assert again.status_code == 200


async def test_a_token_used_before_addresses_were_stored_has_the_shorter_grace(
    client: Client, clock: AdjustableClock, mongo_uri: str
) -> None:
    clock.stop()
    first = client.granted(await client.register())
    await client.refresh(first.refresh_token)
    async with open_mongo(mongo_uri, {}) as database:
        await database["refresh_tokens"].update_many({}, {"$unset": {"usedFrom": ""}})
    clock.advance(seconds=59)
    assert (await client.refresh(first.refresh_token)).status_code == 200
    clock.advance(seconds=2)
    assert (await client.refresh(first.refresh_token)).status_code == 401


async def test_20_parallel_refreshes_of_one_token_give_one_successor(client: Client) -> None:
    first = client.granted(await client.register())
    responses = await asyncio.gather(*(client.refresh(first.refresh_token) for _ in range(20)))
    successors = {client.granted(response).refresh_token for response in responses}
    assert len(successors) == 1
    assert (await client.refresh(successors.pop())).status_code == 200


@pytest.mark.parametrize("step", ["_store", "_use"])
async def test_after_a_crash_at_any_write_a_retry_succeeds(
    mongo_uri: str, redis_uri: str, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    clock = AdjustableClock()
    async with open_mongo(mongo_uri, {}) as database, open_redis(redis_uri) as redis:
        subject = compose(database, redis, clock)
        first = await subject.grants.issue("0" * 24)
        with monkeypatch.context() as patched:
            patched.setattr(subject.refresh_tokens, step, crash)
            with pytest.raises(ConnectionError):
                await subject.grants.refresh([first.refresh_token], HERE)
        clock.advance(hours=1)
        second = await subject.grants.refresh([first.refresh_token], HERE)
        await subject.grants.refresh([second.refresh_token], HERE)


async def crash(*_args: object) -> None:
    raise ConnectionError


async def test_a_successor_stored_before_a_crash_is_valid_from_the_retry_on(
    client: Client, mongo_uri: str, clock: AdjustableClock
) -> None:
    first = client.granted(await client.register())
    second = client.granted(await client.refresh(first.refresh_token))
    async with open_mongo(mongo_uri, {}) as database:  # as if it had crashed before marking
        await database["refresh_tokens"].update_one(
            {"_id": stored_form(first.refresh_token)}, {"$unset": {"usedAt": "", "successor": ""}}
        )
    clock.advance(hours=1)
    retried = client.granted(await client.refresh(first.refresh_token))
    assert retried.refresh_token == second.refresh_token
    clock.advance(seconds=604_800 - 60)  # the successor's life counts from the retry
    assert (await client.refresh(retried.refresh_token)).status_code == 200


async def test_no_refresh_token_and_no_access_token_outlives_the_session(
    start_service: StartService, clock: AdjustableClock
) -> None:
    async with start_service(session_ttl_seconds=1000, refresh_token_ttl_seconds=800) as client:
        first = client.granted(await client.register())
        clock.advance(seconds=700)
        second = client.granted(await client.refresh(first.refresh_token))
        assert second.claims.exp <= first.claims.iat + 1001
        assert not await client.is_revoked(second.claims)
        clock.advance(seconds=300)
        expired = await client.refresh(second.refresh_token)
        assert (expired.status_code, expired.json()["message"]) == (401, "Refresh token expired")
        assert await client.is_revoked(second.claims)


async def test_a_lost_answer_at_the_end_of_a_tokens_life_is_given_again(
    client: Client, clock: AdjustableClock
) -> None:
    clock.stop()
    first = client.granted(await client.register())
    clock.advance(seconds=604_795)
    second = client.granted(await client.refresh(first.refresh_token))
    clock.advance(seconds=8)
    again = client.granted(await client.refresh(first.refresh_token))
    assert again.refresh_token == second.refresh_token


@pytest.mark.parametrize(("seconds", "address"), [(59, THERE), (599, HERE)])
async def test_a_token_used_before_the_secret_was_rotated_gives_its_successor_again(
    start_service: StartService, clock: AdjustableClock, seconds: int, address: str
) -> None:
    clock.stop()
    async with start_service(refresh_secret=OLD) as before:
        first = before.granted(await before.register())
        second = before.granted(await before.refresh(first.refresh_token))
    clock.advance(seconds=seconds)
    async with start_service(refresh_secret=NEW, refresh_secret_fallback=OLD) as rotated:
        again = rotated.granted(await rotated.from_ip(address).refresh(first.refresh_token))
        assert again.refresh_token == second.refresh_token
        third = rotated.granted(await rotated.refresh(second.refresh_token))
        clock.advance(seconds=1)  # now that the successor is used, it is theft at any time
        assert (await rotated.refresh(first.refresh_token)).status_code == 401
        assert (await rotated.refresh(third.refresh_token)).status_code == 401


async def test_a_token_used_after_the_rotation_has_a_successor_of_the_new_secret_alone(
    start_service: StartService,
) -> None:
    async with start_service(refresh_secret=OLD, refresh_secret_fallback=NEW) as before:
        first = before.granted(await before.register())
        async with start_service(refresh_secret=NEW, refresh_secret_fallback=OLD) as rotated:
            second = rotated.granted(await rotated.refresh(first.refresh_token))
        assert second.refresh_token == successor_of(first.refresh_token, NEW)
        # A replica that is not yet rotated knows what this one gave.
        again = before.granted(await before.refresh(first.refresh_token))
        assert again.refresh_token == second.refresh_token
    async with start_service(refresh_secret=NEW) as after:
        assert (await after.refresh(second.refresh_token)).status_code == 200


async def test_under_another_refresh_secret_there_is_no_second_successor(
    start_service: StartService, mongo_uri: str
) -> None:
    other = "another-refresh-secret-of-32-characters"
    async with start_service() as here:
        first = here.granted(await here.register())
        second = here.granted(await here.refresh(first.refresh_token))
    async with open_mongo(mongo_uri, {}) as database:  # as if a replica had lost the race
        stored = await database["refresh_tokens"].find_one(
            {"_id": stored_form(second.refresh_token)}
        )
        assert stored is not None
        rival = stored | {"_id": stored_form(successor_of(first.refresh_token, other))}
        await database["refresh_tokens"].insert_one(rival)
    async with start_service(refresh_secret=other) as replica:
        assert (await replica.refresh(first.refresh_token)).status_code == 401


async def test_of_refresh_tokens_and_addresses_only_digests_are_stored(
    client: Client, mongo_uri: str
) -> None:
    first = client.granted(await client.register())
    second = client.granted(await client.refresh(first.refresh_token))
    async with open_mongo(mongo_uri, {}) as database:
        names = await database.list_collection_names()
        stored = [str(await database[name].find().to_list()) for name in names]
    assert stored
    for grant in (first, second):
        assert not any(grant.refresh_token in text for text in stored)
        assert any(stored_form(grant.refresh_token) in text for text in stored)
    assert not any(HERE in text for text in stored)
