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
    NewUser,
    User,
    assert_error,
    cookie_of,
    faulty_fields,
    present,
)

LOGIN, LOGOUT, REFRESH = (f"{AUTH}/{call}" for call in ("login", "logout", "refresh"))


async def test_a_session_from_its_login_to_its_logout(user: User) -> None:
    registered = user.claims
    credentials = {"email": user.email.upper(), "password": user.password}
    answer = await user.http.post(LOGIN, json=credentials)
    assert (answer.status_code, set(answer.json())) == (200, {"accessToken"})
    cookie = cookie_of(answer)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43,}", cookie.pop(REFRESH_COOKIE))
    cookie.pop("secure", None)  # in production
    assert cookie.pop("samesite").lower() == "strict"
    assert cookie == {"httponly": "", "path": AUTH, "max-age": "604800"}

    user.token = first = answer.json()["accessToken"]
    assert user.claims["user"] == registered["user"]
    assert user.claims["sid"] != registered["sid"]
    assert user.claims["exp"] - user.claims["iat"] == 900
    me = (await user.get("/api/users/me")).json()["user"]
    assert (me["id"], me["email"]) == (user.id, user.email)
    ancestor = user.cookie
    await user.refresh()
    again = await present(user.http, ancestor)
    assert again.status_code == 200, "the answer may have been lost: the successor is given again"
    for token in (first, user.token):
        user.token = token
        assert (await user.get(TASKS)).status_code == 200

    user.http.cookies.clear()
    logged_out = await user.logout()
    assert (logged_out.status_code, logged_out.content) == (204, b"")
    cleared = cookie_of(logged_out)
    assert (cleared[REFRESH_COOKIE], cleared["max-age"], cleared["path"]) == ("", "0", AUTH)
    for token in (first, user.token):
        user.token = token
        assert_error(await user.get(TASKS), 401)
    successor = cookie_of(again)[REFRESH_COOKIE]
    assert_error(await present(user.http, successor), 401, "Invalid refresh token")
    user.http.cookies.clear()
    assert_error(await user.http.post(REFRESH), 401, "Refresh token missing")


async def test_a_stolen_refresh_token_ends_every_access_token_of_its_session_alone(
    user: User,
) -> None:
    stolen, tokens = user.cookie, [user.token]
    for _ in range(2):
        await user.refresh()
        tokens.append(user.token)
    newest = user.cookie
    await user.login()
    other = user.token

    assert_error(await present(user.http, stolen), 401, "Invalid refresh token")

    for token in tokens:
        user.token = token
        assert_error(await user.get(TASKS), 401)
    assert_error(await present(user.http, newest), 401, "Invalid refresh token")
    user.token = other
    assert (await user.get(TASKS)).status_code == 200


async def test_a_refusal_of_user_service_reaches_the_client_whole(new_user: NewUser) -> None:
    one, other = await new_user(), await new_user()
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


async def test_the_page_may_use_the_cookie_and_a_foreign_page_may_not(user: User) -> None:
    for path in (REFRESH, LOGOUT):
        foreign = await user.call("POST", path, headers={"origin": f"{ORIGIN}.example"})
        assert_error(foreign, 403)
    answer = await user.http.post(REFRESH, headers={"origin": ORIGIN})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-credentials"] == "true"
