"""Registering, logging in and refreshing, through the routes."""

import asyncio
from collections import Counter
from datetime import datetime

from chassis.clock import utc_now
from chassis.mongo import open_mongo
from user_helpers.service import (
    AUTH,
    EMAIL,
    PASSWORD,
    AdjustableClock,
    Client,
    StartService,
    message,
)

ATTRIBUTES = "; HttpOnly; SameSite=Strict; Path=/api/users/auth; Max-Age=604800"


async def test_register_answers_201_with_an_access_token_and_the_cookie(client: Client) -> None:
    response = await client.register()
    assert response.status_code == 201
    assert set(response.json()) == {"accessToken"}
    grant = client.granted(response)
    assert response.headers["set-cookie"] == f"refreshToken={grant.refresh_token}{ATTRIBUTES}"
    assert len(grant.refresh_token) == 43


async def test_login_answers_200_for_the_registered_address_in_any_case(client: Client) -> None:
    registered = client.granted(await client.register(email="Ada@Example.COM"))
    response = await client.login(email="aDA@example.com")
    assert response.status_code == 200
    grant = client.granted(response)
    assert grant.claims.user == registered.claims.user
    assert grant.claims.sid != registered.claims.sid
    assert response.headers["set-cookie"] == f"refreshToken={grant.refresh_token}{ATTRIBUTES}"


async def test_the_access_token_lives_900_seconds_and_has_a_jti_of_its_own(client: Client) -> None:
    first = client.granted(await client.register())
    second = client.granted(await client.refresh(first.refresh_token))
    assert first.claims.exp - first.claims.iat == 900
    assert (first.claims.sid, first.claims.user) == (second.claims.sid, second.claims.user)
    assert first.claims.jti != second.claims.jti


async def test_a_taken_address_answers_409_whatever_its_case(client: Client) -> None:
    await client.register()
    assert message(await client.register(email=EMAIL.upper())) == (409, "Email already registered")


async def test_of_50_parallel_registers_one_gets_201_and_the_rest_409(client: Client) -> None:
    responses = await asyncio.gather(*(client.register() for _ in range(50)))
    assert Counter(response.status_code for response in responses) == {201: 1, 409: 49}


async def test_a_wrong_password_and_an_unknown_address_get_the_same_401(client: Client) -> None:
    await client.register()
    wrong = await client.login(password="wrong horse")
    unknown = await client.login(email="nobody@example.com")
    assert message(wrong) == message(unknown) == (401, "Invalid credentials")
    different = {"requestId"}
    assert {k: v for k, v in wrong.json().items() if k not in different} == {
        k: v for k, v in unknown.json().items() if k not in different
    }
    assert set(wrong.headers) == set(unknown.headers)


async def test_a_password_shorter_than_todays_minimum_is_401_at_login(client: Client) -> None:
    await client.register()
    assert message(await client.login(password="short")) == (401, "Invalid credentials")


async def test_an_old_account_keeps_its_short_password(start_service: StartService) -> None:
    async with start_service(password_min_length=3) as before:
        assert (await before.register(password="abc")).status_code == 201
    async with start_service(password_min_length=8) as after:
        assert (await after.login(password="abc")).status_code == 200
        assert (await after.register(email="b@example.com", password="abc")).status_code == 400


async def test_an_expired_refresh_token_gets_another_message_than_an_unknown_one(
    client: Client, clock: AdjustableClock
) -> None:
    grant = client.granted(await client.register())
    clock.advance(seconds=604_800)
    response = await client.refresh(grant.refresh_token)
    assert message(response) == (401, "Refresh token expired")


async def test_a_request_that_the_gateway_did_not_sign_is_401(client: Client) -> None:
    body = {"username": "Ada", "email": EMAIL, "password": PASSWORD}
    calls = [
        ("POST", AUTH + "/register", body),
        ("POST", AUTH + "/login", body),
        ("POST", AUTH + "/login", {"email": 7}),
        ("POST", AUTH + "/login", None),
        ("POST", AUTH + "/refresh", None),
        ("POST", AUTH + "/logout", None),
        ("GET", "/api/users/me", None),
        ("GET", "/internal/revocations?sid=a", None),
        ("GET", "/internal/revoked-sessions?sid=a", None),
    ]
    for method, path, json in calls:
        response = await client.http.request(
            method, path, json=json, headers={"x-user-id": "0" * 24}
        )
        assert response.status_code == 401, path


async def test_me_is_the_account_of_the_access_token(client: Client) -> None:
    before = utc_now()
    grant = client.granted(await client.register(email="Ada@Example.com"))
    user = (await client.me(grant.claims)).json()["user"]
    created_at = datetime.fromisoformat(user.pop("createdAt"))
    assert before <= created_at <= utc_now()
    assert user == {"id": grant.claims.user.id, "username": "Ada", "email": "ada@example.com"}


async def test_me_is_401_without_a_user_and_when_the_account_is_gone(
    client: Client, mongo_uri: str
) -> None:
    assert (await client.me(None)).status_code == 401
    grant = client.granted(await client.register())
    async with open_mongo(mongo_uri, {}) as database:
        await database["users"].delete_many({})
    gone = await client.me(grant.claims)
    assert message(gone) == (401, "Invalid token")
    assert gone.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_logout_demands_a_user(client: Client) -> None:
    assert (await client.post("/logout")).status_code == 401


async def test_other_methods_and_paths_are_405_and_404(client: Client) -> None:
    auth = client.identity()
    assert (await client.http.get(AUTH + "/login", auth=auth)).status_code == 405
    assert (await client.http.post(AUTH + "/nothing", auth=auth)).status_code == 404
