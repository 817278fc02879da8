"""Sessions: the cookie, the token, rotation, theft and logout."""

import asyncio
import re

import httpx2
import pytest

from client import (
    AUTH,
    ORIGIN,
    REFRESH_COOKIE,
    TASKS,
    Hunter,
    NewHunter,
    assert_error,
    claims_of,
)

REFRESH = f"{AUTH}/refresh"
LOGOUT = f"{AUTH}/logout"


def attributes_of(answer: httpx2.Response) -> dict[str, str]:
    """Name to value of the one cookie set, the cookie's own first; names in lower case."""
    [line] = answer.headers.get_list("set-cookie")
    pairs = (part.strip().partition("=") for part in line.split(";"))
    return {name if name == REFRESH_COOKIE else name.lower(): value for name, _, value in pairs}


async def present(http: httpx2.AsyncClient, refresh_token: str) -> httpx2.Response:
    """Refresh with that very cookie, whatever the jar holds."""
    http.cookies.clear()
    return await http.post(REFRESH, headers={"cookie": f"{REFRESH_COOKIE}={refresh_token}"})


async def test_the_refresh_cookie_has_the_attributes_of_the_contract(hunter: Hunter) -> None:
    credentials = {"email": hunter.email, "password": hunter.password}
    for answer in (
        await hunter.http.post(f"{AUTH}/login", json=credentials),
        await hunter.http.post(REFRESH),
    ):
        cookie = attributes_of(answer)
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
    assert len({attributes_of(answer)[REFRESH_COOKIE] for answer in answers}) == 1
    assert {claims_of(answer.json()["accessToken"])["sid"] for answer in answers} == {
        hunter.claims["sid"]
    }


async def test_a_lost_answer_is_given_again_within_the_grace_time(hunter: Hunter) -> None:
    cookie = hunter.cookie
    lost, again = [await present(hunter.http, cookie) for _ in range(2)]

    assert attributes_of(again)[REFRESH_COOKIE] == attributes_of(lost)[REFRESH_COOKIE]
    successor = await present(hunter.http, attributes_of(again)[REFRESH_COOKIE])
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


async def test_a_logout_clears_the_cookie_and_ends_the_session_at_once(hunter: Hunter) -> None:
    cookie, first = hunter.cookie, hunter.token
    await hunter.refresh()
    successor = hunter.cookie

    answer = await hunter.logout()

    assert answer.status_code == 204
    assert answer.content == b""
    cleared = attributes_of(answer)
    assert (cleared[REFRESH_COOKIE], cleared["max-age"], cleared["path"]) == ("", "0", AUTH)
    for token in (hunter.token, first):
        hunter.token = token
        assert_error(await hunter.get(TASKS), 401)
    for token in (cookie, successor):
        assert_error(await present(hunter.http, token), 401, "Invalid refresh token")


@pytest.mark.parametrize("cookie", [None, "x", "A" * 43])
async def test_a_logout_with_no_cookie_or_a_stale_one_is_204_too(
    hunter: Hunter, cookie: str | None
) -> None:
    own = hunter.cookie
    hunter.http.cookies.clear()
    headers = {"cookie": f"{REFRESH_COOKIE}={cookie}"} if cookie else {}

    answer = await hunter.call("POST", LOGOUT, headers=headers)

    assert answer.status_code == 204
    assert_error(await hunter.get(TASKS), 401)
    assert_error(await present(hunter.http, own), 401, "Invalid refresh token")


async def test_a_logout_never_touches_another_users_session(new_hunter: NewHunter) -> None:
    one, other = await new_hunter(), await new_hunter()
    theirs = {"cookie": f"{REFRESH_COOKIE}={other.cookie}"}
    one.http.cookies.clear()

    assert (await one.call("POST", LOGOUT, headers=theirs)).status_code == 204

    assert_error(await one.get(TASKS), 401)
    assert (await other.get(TASKS)).status_code == 200
    await other.refresh()


async def test_a_logout_leaves_the_users_other_session_alive(hunter: Hunter) -> None:
    token, cookie = hunter.token, hunter.cookie
    await hunter.login()
    assert (await hunter.logout()).status_code == 204

    hunter.token = token
    assert (await hunter.get(TASKS)).status_code == 200
    assert (await present(hunter.http, cookie)).status_code == 200


async def test_two_logouts_at_once_are_both_answered(hunter: Hunter) -> None:
    answers = await asyncio.gather(hunter.logout(), hunter.logout())

    # The second may come after the first has ended the token it shows.
    assert {answer.status_code for answer in answers} <= {204, 401}
    assert 204 in {answer.status_code for answer in answers}
    assert_error(await hunter.get(TASKS), 401)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"{ORIGIN}.evil.example"])
@pytest.mark.parametrize("path", [REFRESH, LOGOUT])
async def test_a_cookie_request_from_a_foreign_origin_is_403_and_does_nothing(
    hunter: Hunter, path: str, origin: str
) -> None:
    answer = await hunter.call("POST", path, headers={"origin": origin})

    assert_error(answer, 403)
    assert "access-control-allow-origin" not in answer.headers
    assert (await hunter.get(TASKS)).status_code == 200
    await hunter.refresh()


async def test_the_pages_own_origin_may_use_the_cookie(hunter: Hunter) -> None:
    answer = await hunter.http.post(REFRESH, headers={"origin": ORIGIN})

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["access-control-allow-credentials"] == "true"
