"""The journey of an account and its sessions through the gateway.

The rules one by one are proved in user-service; forged tokens and origins in api-gateway.
"""

import asyncio
import re

from client import (
    AUTH,
    ORIGIN,
    REFRESH_COOKIE,
    TASKS,
    Hunter,
    NewHunter,
    assert_error,
    cookie_of,
    faulty_fields,
    present,
)

LOGIN, LOGOUT, REFRESH = (f"{AUTH}/{call}" for call in ("login", "logout", "refresh"))


async def test_a_session_from_its_login_to_its_logout(hunter: Hunter) -> None:
    registered = hunter.claims
    credentials = {"email": hunter.email.upper(), "password": hunter.password}
    answer = await hunter.http.post(LOGIN, json=credentials)
    assert (answer.status_code, set(answer.json())) == (200, {"accessToken"})
    cookie = cookie_of(answer)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43,}", cookie.pop(REFRESH_COOKIE))
    cookie.pop("secure", None)  # in production
    assert cookie.pop("samesite").lower() == "strict"
    assert cookie == {"httponly": "", "path": AUTH, "max-age": "604800"}

    hunter.token = first = answer.json()["accessToken"]
    assert hunter.claims["user"] == registered["user"]
    assert hunter.claims["sid"] != registered["sid"]
    assert hunter.claims["exp"] - hunter.claims["iat"] == 900
    me = (await hunter.get("/api/users/me")).json()["user"]
    assert (me["id"], me["email"]) == (hunter.id, hunter.email)
    ancestor = hunter.cookie
    await hunter.refresh()
    again = await present(hunter.http, ancestor)
    assert again.status_code == 200, "the answer may have been lost: the successor is given again"
    for token in (first, hunter.token):
        hunter.token = token
        assert (await hunter.get(TASKS)).status_code == 200

    hunter.http.cookies.clear()
    logged_out = await hunter.logout()
    assert (logged_out.status_code, logged_out.content) == (204, b"")
    cleared = cookie_of(logged_out)
    assert (cleared[REFRESH_COOKIE], cleared["max-age"], cleared["path"]) == ("", "0", AUTH)
    for token in (first, hunter.token):
        hunter.token = token
        assert_error(await hunter.get(TASKS), 401)
    successor = cookie_of(again)[REFRESH_COOKIE]
    assert_error(await present(hunter.http, successor), 401, "Invalid refresh token")
    hunter.http.cookies.clear()
    assert_error(await hunter.http.post(REFRESH), 401, "Refresh token missing")


async def test_a_stolen_refresh_token_ends_every_access_token_of_its_session_alone(
    hunter: Hunter,
) -> None:
    stolen, tokens = hunter.cookie, [hunter.token]
    for _ in range(2):
        await hunter.refresh()
        tokens.append(hunter.token)
    newest = hunter.cookie
    await hunter.login()
    other = hunter.token

    assert_error(await present(hunter.http, stolen), 401, "Invalid refresh token")

    for token in tokens:
        hunter.token = token
        assert_error(await hunter.get(TASKS), 401)
    assert_error(await present(hunter.http, newest), 401, "Invalid refresh token")
    hunter.token = other
    assert (await hunter.get(TASKS)).status_code == 200


async def test_a_refusal_of_user_service_reaches_the_client_whole(new_hunter: NewHunter) -> None:
    one, other = await new_hunter(), await new_hunter()
    registration = {"username": "Ada", "email": one.email, "password": one.password}
    taken = await asyncio.gather(
        *(one.http.post(f"{AUTH}/register", json=registration) for _ in range(10))
    )
    for answer in taken:
        assert_error(answer, 409, "Email already registered")
    assert faulty_fields(await one.http.post(LOGIN, json={})) == {"email", "password"}
    wrong = {"email": one.email, "password": "not the password"}
    assert_error(await one.http.post(LOGIN, json=wrong), 401, "Invalid credentials")

    # A logout reads the cookie, and leaves the session alone that is another user's.
    theirs = {"cookie": f"{REFRESH_COOKIE}={other.cookie}"}
    one.http.cookies.clear()
    assert (await one.call("POST", LOGOUT, headers=theirs)).status_code == 204
    assert_error(await one.get(TASKS), 401)
    assert (await other.get(TASKS)).status_code == 200


async def test_the_page_may_use_the_cookie_and_a_foreign_page_may_not(hunter: Hunter) -> None:
    for path in (REFRESH, LOGOUT):
        foreign = await hunter.call("POST", path, headers={"origin": f"{ORIGIN}.example"})
        assert_error(foreign, 403)
    answer = await hunter.http.post(REFRESH, headers={"origin": ORIGIN})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-credentials"] == "true"
