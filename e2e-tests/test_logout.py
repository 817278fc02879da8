"""Logout: the session is dead at once, and no other."""

import asyncio

import pytest
from client import (
    AUTH,
    ORIGIN,
    REFRESH_COOKIE,
    TASKS,
    Hunter,
    NewHunter,
    assert_error,
    cookie_of,
    present,
)

REFRESH = f"{AUTH}/refresh"
LOGOUT = f"{AUTH}/logout"


async def test_a_logout_clears_the_cookie_and_ends_the_session_at_once(hunter: Hunter) -> None:
    cookie, first = hunter.cookie, hunter.token
    await hunter.refresh()
    successor = hunter.cookie

    answer = await hunter.logout()

    assert answer.status_code == 204
    assert answer.content == b""
    cleared = cookie_of(answer)
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
