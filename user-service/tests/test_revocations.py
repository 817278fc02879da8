import asyncio

import pytest
from chassis.redis import open_redis
from contracts.claims import AccessClaims, TokenUser
from devstack.mongo import Mongo
from devstack.redis import Redis
from devstack.servers import Server
from devstack.testing import NOBODYS_PORT
from user_helpers.projection import present, renewed_at
from user_helpers.service import AdjustableClock, Client, StartService, becomes_true


def claims_of_nobody() -> AccessClaims:
    return AccessClaims(user=TokenUser(id="0" * 24), sid="no-such", jti="none", iat=0, exp=2**31)


async def test_logout_ends_the_token_and_its_session_at_once(
    client: Client, redis_uri: str
) -> None:
    grant = client.granted(await client.register())
    assert not await client.is_revoked(grant.claims)
    response = await client.logout(grant.claims, grant.refresh_token)
    assert (response.status_code, response.content) == (204, b"")
    assert await client.is_revoked(grant.claims)
    assert (await client.refresh(grant.refresh_token)).status_code == 401
    async with open_redis(redis_uri) as redis:
        assert await present(redis, [grant.claims.sid])


async def test_logout_clears_the_cookie_with_the_attributes_it_was_set_with(client: Client) -> None:
    grant = client.granted(await client.register())
    response = await client.logout(grant.claims)
    assert response.headers["set-cookie"] == (
        "refreshToken=; HttpOnly; SameSite=Strict; Path=/api/users/auth; Max-Age=0"
        "; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
    )


@pytest.mark.parametrize("cookie", [None, "", "x" * 43, "malformed", '"', "x" * 10_000])
async def test_logout_without_a_good_cookie_is_204_too(client: Client, cookie: str | None) -> None:
    grant = client.granted(await client.register())
    assert (await client.logout(grant.claims, cookie)).status_code == 204
    assert await client.is_revoked(grant.claims)


async def test_logout_with_a_used_cookie_is_204(client: Client) -> None:
    first = client.granted(await client.register())
    second = client.granted(await client.refresh(first.refresh_token))
    assert (await client.logout(second.claims, first.refresh_token)).status_code == 204
    assert (await client.refresh(second.refresh_token)).status_code == 401


async def test_a_second_logout_is_204(client: Client) -> None:
    grant = client.granted(await client.register())
    responses = await asyncio.gather(*(client.logout(grant.claims) for _ in range(5)))
    assert {response.status_code for response in responses} == {204}


async def test_logout_of_an_unknown_session_is_204(client: Client) -> None:
    assert (await client.logout(claims_of_nobody())).status_code == 204


async def test_logout_ends_the_cookies_session_too_if_it_is_the_same_users(client: Client) -> None:
    phone = client.granted(await client.register())
    laptop = client.granted(await client.login())
    third = client.granted(await client.login())
    assert (await client.logout(phone.claims, laptop.refresh_token)).status_code == 204
    assert await client.is_revoked(phone.claims)
    assert await client.is_revoked(laptop.claims)
    assert not await client.is_revoked(third.claims)


async def test_logout_never_touches_another_users_session(client: Client) -> None:
    mine = client.granted(await client.register())
    theirs = client.granted(await client.register(email="other@example.com"))
    assert (await client.logout(mine.claims, theirs.refresh_token)).status_code == 204
    assert not await client.is_revoked(theirs.claims)
    assert (await client.refresh(theirs.refresh_token)).status_code == 200
    stolen_sid = mine.claims.model_copy(update={"sid": theirs.claims.sid})
    assert (await client.logout(stolen_sid)).status_code == 204
    assert not await client.is_revoked(theirs.claims)


async def test_a_refresh_during_a_logout_gives_no_valid_token(client: Client) -> None:
    grant = client.granted(await client.register())
    refreshed, logged_out = await asyncio.gather(
        client.refresh(grant.refresh_token), client.logout(grant.claims)
    )
    assert logged_out.status_code == 204
    if refreshed.status_code == 200:
        late = client.granted(refreshed)
        assert await client.is_revoked(late.claims)
        assert (await client.refresh(late.refresh_token)).status_code == 401


async def test_an_unknown_and_an_ended_session_are_revoked(
    client: Client, clock: AdjustableClock
) -> None:
    assert await client.is_revoked(claims_of_nobody())
    grant = client.granted(await client.register())
    clock.advance(days=30)
    assert await client.is_revoked(grant.claims)


async def test_logout_while_redis_is_away_is_durable_and_projected_later(
    start_service: StartService, own_redis: Server[Redis]
) -> None:
    async with start_service(redis_uri=own_redis.uri) as client:
        grant = client.granted(await client.register())
        own_redis.kill()
        assert (await client.logout(grant.claims)).status_code == 204
        assert await client.is_revoked(grant.claims)
        own_redis.start()
        await becomes_true(are_revoked, own_redis.uri, grant.claims.sid)


async def test_logout_while_redis_is_frozen_is_durable_and_projected_later(
    start_service: StartService, own_redis: Server[Redis]
) -> None:
    async with start_service(redis_uri=own_redis.uri) as client:
        grant = client.granted(await client.register())
        await becomes_true(is_ready, own_redis.uri)
        own_redis.freeze()
        assert (await client.logout(grant.claims)).status_code == 204
        assert await client.is_revoked(grant.claims)
        own_redis.thaw()
        await becomes_true(are_revoked, own_redis.uri, grant.claims.sid)


async def test_without_redis_everything_but_the_projection_works(
    start_service: StartService,
) -> None:
    async with start_service(redis_uri=f"redis://127.0.0.1:{NOBODYS_PORT}/0") as client:
        grant = client.granted(await client.register())
        assert (await client.login()).status_code == 200
        grant = client.granted(await client.refresh(grant.refresh_token))
        assert (await client.logout(grant.claims)).status_code == 204
        assert await client.is_revoked(grant.claims)
        ready = await client.http.get("/ready")
        assert ready.status_code == 200
        assert ready.json()["checks"] == {"mongo": "up", "redis": "down", "eviction": "down"}


async def test_a_theft_is_projected_too(
    client: Client, clock: AdjustableClock, redis_uri: str
) -> None:
    first = client.granted(await client.register())
    await client.refresh(first.refresh_token)
    clock.advance(minutes=11)
    assert (await client.refresh(first.refresh_token)).status_code == 401
    assert await are_revoked(redis_uri, first.claims.sid)


async def test_without_mongo_every_call_is_503_and_works_again_when_it_is_back(
    start_service: StartService, own_mongo: Server[Mongo]
) -> None:
    uri = own_mongo.store.database_uri("users")
    own_mongo.kill()
    async with start_service(mongo_uri=uri) as client:
        assert (await client.http.get("/health")).status_code == 200
        assert (await client.http.get("/ready")).status_code == 503
        responses = await asyncio.gather(
            client.register(),
            client.login(),
            client.refresh("x" * 43),
            client.logout(claims_of_nobody()),
            client.http.get("/internal/revocations?sid=a", auth=client.identity()),
        )
        assert {response.status_code for response in responses} == {503}
        assert all("retry-after" in response.headers for response in responses)
        own_mongo.start()
        # The unique index is there before the first account is.
        again = await asyncio.gather(*(client.register() for _ in range(10)))
        assert sorted(response.status_code for response in again) == [201] + [409] * 9


async def is_ready(redis_uri: str) -> bool:
    async with open_redis(redis_uri) as redis:
        return await renewed_at(redis) is not None


async def are_revoked(redis_uri: str, *names: str) -> bool:
    async with open_redis(redis_uri) as redis:
        return await present(redis, list(names)) == len(names)
