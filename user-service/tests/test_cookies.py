"""The refresh cookie: none, a hostile one, and several."""

from secrets import token_hex

import pytest
from user_helpers.service import AUTH, AdjustableClock, Client, StartService, message

ATTRIBUTES = "; HttpOnly; SameSite=Strict; Path=/api/users/auth; Max-Age=604800"


@pytest.mark.parametrize("cookie", [None, "other=1", "refreshToken=", "refreshToken"])
async def test_refresh_without_a_token_says_so(client: Client, cookie: str | None) -> None:
    response = await client.post("/refresh", cookie=cookie)
    assert message(response) == (401, "Refresh token missing")


@pytest.mark.parametrize(
    "value",
    ["x", "x" * 43, "x" * 100_000, '"quoted"', '"', "a=b", "%00", "\xff\xfe", "..", "$gt", "x y"],
)
async def test_a_hostile_refresh_token_is_invalid(client: Client, value: str) -> None:
    headers = {b"cookie": f"refreshToken={value}".encode("latin-1")}
    auth = client.identity()
    response = await client.http.post(AUTH + "/refresh", headers=headers, auth=auth)
    assert message(response) == (401, "Invalid refresh token")
    assert "set-cookie" not in response.headers


def cookies(*values: str) -> str:
    return "; ".join(f"refreshToken={value}" for value in values)


@pytest.mark.parametrize("other", ["x" * 43, "of another application", '"quoted"', "used", "ended"])
async def test_of_several_refresh_cookies_the_one_that_is_alive_counts(
    client: Client, clock: AdjustableClock, other: str
) -> None:
    used = client.granted(await client.register()).refresh_token
    alive = client.granted(await client.refresh(used)).refresh_token
    ended = client.granted(await client.login())
    await client.logout(ended.claims)
    clock.advance(hours=1)  # presented alone, the used one would be theft
    other = {"used": used, "ended": ended.refresh_token}.get(other, other)
    first = client.granted(await client.post("/refresh", cookie=cookies(other, alive)))
    second = await client.post("/refresh", cookie=cookies(first.refresh_token, other))
    assert second.status_code == 200
    twice = cookies(client.granted(second).refresh_token)
    assert (await client.post("/refresh", cookie=f"a=b; {twice}; {twice};; =")).status_code == 200


async def test_of_several_refresh_cookies_none_alive_one_may_still_be_theft(
    client: Client, clock: AdjustableClock
) -> None:
    first = client.granted(await client.register())
    second = client.granted(await client.refresh(first.refresh_token))
    clock.advance(hours=1)
    stolen = await client.post("/refresh", cookie=cookies("x" * 43, first.refresh_token))
    assert message(stolen) == (401, "Invalid refresh token")
    assert await client.is_revoked(second.claims)


async def test_living_refresh_cookies_of_two_users_are_refused_and_stay_alive(
    client: Client,
) -> None:
    mine = client.granted(await client.register()).refresh_token
    planted = client.granted(await client.register(email="other@example.com")).refresh_token
    for _ in range(2):  # also where mine was used a moment ago
        response = await client.post("/refresh", cookie=cookies(planted, mine))
        assert message(response) == (401, "Invalid refresh token")
        assert (await client.refresh(mine)).status_code == 200
    assert (await client.refresh(planted)).status_code == 200


async def test_a_logout_ends_the_sessions_of_all_own_cookies(client: Client) -> None:
    one, two = client.granted(await client.register()), client.granted(await client.login())
    presented = cookies("x" * 43, one.refresh_token, two.refresh_token)
    assert (await client.post("/logout", claims=one.claims, cookie=presented)).status_code == 204
    assert await client.is_revoked(two.claims)


async def test_cookies_are_secure_in_production(start_service: StartService) -> None:
    secrets = {name: token_hex(32) for name in ("jwt_secret", "refresh_secret", "internal_secret")}
    async with start_service(environment="production", **secrets) as client:
        response = await client.register()
        assert response.headers["set-cookie"].endswith(ATTRIBUTES + "; Secure")
        response = await client.logout(client.granted(response).claims)
        assert "; Secure" in response.headers["set-cookie"]
