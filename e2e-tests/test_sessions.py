"""Sessions: the cookie, the token, rotation and theft."""

import asyncio
import re

import httpx2
import pytest
from client import (
    AUTH,
    REFRESH_COOKIE,
    TASKS,
    Hunter,
    assert_error,
    claims_of,
    cookie_of,
    present,
)

REFRESH = f"{AUTH}/refresh"


async def test_the_refresh_cookie_has_the_cookie_of_the_contract(hunter: Hunter) -> None:
    credentials = {"email": hunter.email, "password": hunter.password}
    for answer in (
        await hunter.http.post(f"{AUTH}/login", json=credentials),
        await hunter.http.post(REFRESH),
    ):
        cookie = cookie_of(answer)
        assert re.fullmatch(r"[A-Za-z0-9_-]{43,}", cookie.pop(REFRESH_COOKIE))
        cookie.pop("secure", None)  # in production
        assert cookie.pop("samesite").lower() == "strict"
        assert cookie == {"httponly": "", "path": AUTH, "max-age": "604800"}


async def test_the_access_token_has_the_claims_of_the_contract(hunter: Hunter) -> None:
    claims = hunter.claims

    assert set(claims) == {"user", "sid", "jti", "iss", "aud", "iat", "exp"}
    assert set(claims["user"]) == {"id"}
    assert claims["exp"] - claims["iat"] == 900


async def test_a_refresh_gives_a_new_token_and_cookie_of_the_same_session(hunter: Hunter) -> None:
    before, cookie, token = hunter.claims, hunter.cookie, hunter.token
    await hunter.refresh()

    assert hunter.claims["sid"] == before["sid"]
    assert hunter.claims["jti"] != before["jti"]
    assert hunter.cookie != cookie
    assert (await hunter.get(TASKS)).status_code == 200
    hunter.token = token
    assert (await hunter.get(TASKS)).status_code == 200


async def test_a_refresh_without_a_cookie_says_so(http: httpx2.AsyncClient) -> None:
    assert_error(await http.post(REFRESH), 401, "Refresh token missing")


@pytest.mark.parametrize("token", ["x", "A" * 43, "%00", "A" * 3000, '"quoted"'])
async def test_an_unknown_refresh_token_is_invalid(http: httpx2.AsyncClient, token: str) -> None:
    assert_error(await present(http, token), 401, "Invalid refresh token")


async def test_a_cookie_presented_twice_at_once_gives_one_successor(hunter: Hunter) -> None:
    cookie = hunter.cookie
    headers = {"cookie": f"{REFRESH_COOKIE}={cookie}"}
    hunter.http.cookies.clear()

    answers = await asyncio.gather(*(hunter.http.post(REFRESH, headers=headers) for _ in range(10)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({cookie_of(answer)[REFRESH_COOKIE] for answer in answers}) == 1
    assert {claims_of(answer.json()["accessToken"])["sid"] for answer in answers} == {
        hunter.claims["sid"]
    }


async def test_a_lost_answer_is_given_again_within_the_grace_time(hunter: Hunter) -> None:
    cookie = hunter.cookie
    lost, again = [await present(hunter.http, cookie) for _ in range(2)]

    assert cookie_of(again)[REFRESH_COOKIE] == cookie_of(lost)[REFRESH_COOKIE]
    successor = await present(hunter.http, cookie_of(again)[REFRESH_COOKIE])
    assert successor.status_code == 200


async def test_an_older_ancestor_is_theft_and_ends_the_whole_session(hunter: Hunter) -> None:
    ancestor, tokens = hunter.cookie, [hunter.token]
    for _ in range(2):
        await hunter.refresh()
        tokens.append(hunter.token)
    newest = hunter.cookie

    assert_error(await present(hunter.http, ancestor), 401, "Invalid refresh token")

    for token in tokens:
        hunter.token = token
        assert_error(await hunter.get(TASKS), 401)
    assert_error(await present(hunter.http, newest), 401, "Invalid refresh token")


async def test_theft_of_one_session_leaves_the_others_alive(hunter: Hunter) -> None:
    stolen, other = hunter.cookie, hunter.token
    await hunter.refresh()
    await hunter.refresh()
    stolen_token = hunter.token
    await hunter.login()
    other = hunter.token

    await present(hunter.http, stolen)

    hunter.token = stolen_token
    assert_error(await hunter.get(TASKS), 401)
    hunter.token = other
    assert (await hunter.get(TASKS)).status_code == 200
