import asyncio
from collections import Counter
from typing import Any

import httpx2
import pytest

from user_service.conftest import (
    AUTH,
    EMAIL,
    PASSWORD,
    AdjustableClock,
    Client,
    StartService,
)

ATTRIBUTES = "; HttpOnly; SameSite=Strict; Path=/api/users/auth; Max-Age=604800"


def message(response: httpx2.Response) -> tuple[int, str]:
    return response.status_code, response.json()["message"]


async def test_register_answers_201_with_an_access_token_and_the_cookie(client: Client) -> None:
    response = await client.register()
    assert response.status_code == 201
    assert set(response.json()) == {"accessToken"}
    grant = client.granted(response)
    assert response.headers["set-cookie"] == f"refreshToken={grant.refresh_token}{ATTRIBUTES}"
    assert len(grant.refresh_token) == 43


async def test_login_answers_200_for_the_registered_address_in_any_case(client: Client) -> None:
    registered = client.granted(await client.register(email="Hunter@Example.COM"))
    response = await client.login(email="hUNTER@example.com")
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


async def test_a_password_of_72_bytes_is_used_to_its_last_byte(client: Client) -> None:
    password = "é" * 36
    assert (await client.register(password=password)).status_code == 201
    assert (await client.login(password=password)).status_code == 200
    assert (await client.login(password="é" * 35 + "ee")).status_code == 401
    longer = await client.login(password=password + "x")
    assert longer.status_code == 400
    assert longer.json()["errors"][0]["field"] == "password"


async def test_a_password_shorter_than_todays_minimum_is_401_at_login(client: Client) -> None:
    await client.register()
    assert message(await client.login(password="short")) == (401, "Invalid credentials")


async def test_an_old_account_keeps_its_short_password(start_service: StartService) -> None:
    async with start_service(password_min_length=3) as before:
        assert (await before.register(password="abc")).status_code == 201
    async with start_service(password_min_length=8) as after:
        assert (await after.login(password="abc")).status_code == 200
        assert (await after.register(email="b@example.com", password="abc")).status_code == 400


async def test_a_short_password_is_told_how_many_characters_it_needs(client: Client) -> None:
    errors = (await client.register(password="12345")).json()["errors"]
    assert errors == [{"field": "password", "message": "String should have at least 6 characters"}]


async def test_one_400_names_every_bad_field(client: Client) -> None:
    response = await client.post(
        "/register", json={"username": "  ", "email": "nobody", "password": "12345"}
    )
    assert message(response) == (400, "Invalid input")
    assert {error["field"] for error in response.json()["errors"]} == {
        "username",
        "email",
        "password",
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", ""),
        ("username", "x" * 51),
        ("username", "a\x00b"),
        ("username", 7),
        ("username", None),
        ("email", "no-at-sign.example.com"),
        ("email", "a@b"),
        ("email", "a" * 250 + "@example.com"),
        ("email", "a\x00b@example.com"),
        ("email", ["a@example.com"]),
        ("email", {"$gt": ""}),
        ("password", "12345"),
        ("password", "x" * 73),
        ("password", "é" * 37),
        ("password", "nul\x00byte"),
        ("password", {"$gt": ""}),
        ("password", 123456),
    ],
)
async def test_a_bad_field_of_a_registration_is_400(
    client: Client, field: str, value: object
) -> None:
    body: dict[str, Any] = {"username": "Hunter", "email": EMAIL, "password": PASSWORD}
    response = await client.post("/register", json=body | {field: value})
    assert message(response) == (400, "Invalid input")
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert field != "password" or str(value) not in response.text


@pytest.mark.parametrize(
    "body",
    [
        {"email": EMAIL},
        {"password": PASSWORD},
        {"email": EMAIL, "password": ""},
        {"email": EMAIL, "password": 7},
        {"email": EMAIL, "password": "a\x00b"},
        {"email": "", "password": PASSWORD},
        {"email": {"$ne": None}, "password": PASSWORD},
        [],
        "text",
        None,
    ],
)
async def test_a_login_without_the_right_shape_is_400(client: Client, body: object) -> None:
    response = await client.http.post(
        AUTH + "/login", json=body, headers=client.identity() | {"content-type": "application/json"}
    )
    assert response.status_code == 400


@pytest.mark.parametrize("raw", [b"{", b"", b'{"email": "\\ud800"}', b"\xff", b"[" * 100_000])
async def test_malformed_json_is_400(client: Client, raw: bytes) -> None:
    headers = client.identity() | {"content-type": "application/json"}
    response = await client.http.post(AUTH + "/login", content=raw, headers=headers)
    assert response.status_code == 400


async def test_a_body_of_another_type_is_415(client: Client) -> None:
    headers = client.identity() | {"content-type": "text/plain"}
    response = await client.http.post(AUTH + "/register", content=b"{}", headers=headers)
    assert response.status_code == 415


async def test_a_username_is_trimmed_to_at_most_50_characters(client: Client) -> None:
    body = {"username": "  " + "x" * 50 + "\n", "email": EMAIL, "password": PASSWORD}
    assert (await client.post("/register", json=body)).status_code == 201


@pytest.mark.parametrize(
    "email", ["x@test.local", "x@app.test", "x@mail.localhost", "müller@bücher.example", "a+b@x.io"]
)
async def test_special_use_and_international_addresses_are_welcome(
    client: Client, email: str
) -> None:
    assert (await client.register(email=email)).status_code == 201
    assert (await client.login(email=email.upper().replace("ÜCHER", "ücher"))).status_code == 200


@pytest.mark.parametrize("cookie", [None, "other=1", "refreshToken=", "refreshToken"])
async def test_refresh_without_a_token_says_so(client: Client, cookie: str | None) -> None:
    response = await client.post("/refresh", cookie=cookie)
    assert message(response) == (401, "Refresh token missing")


@pytest.mark.parametrize(
    "value",
    ["x", "x" * 43, "x" * 100_000, '"quoted"', '"', "a=b", "%00", "\xff\xfe", "..", "$gt", "x y"],
)
async def test_a_hostile_refresh_token_is_invalid(client: Client, value: str) -> None:
    headers = {name.encode(): text.encode() for name, text in client.identity().items()}
    headers[b"cookie"] = f"refreshToken={value}".encode("latin-1")
    response = await client.http.post(AUTH + "/refresh", headers=headers)
    assert message(response) == (401, "Invalid refresh token")
    assert "set-cookie" not in response.headers


async def test_two_different_refresh_cookies_are_no_token_and_no_theft(client: Client) -> None:
    grant = client.granted(await client.register())
    good = f"refreshToken={grant.refresh_token}"
    planted = await client.post("/refresh", cookie=f"{good}; refreshToken={'x' * 43}")
    assert message(planted) == (401, "Invalid refresh token")
    twice = await client.post("/refresh", cookie=f"a=b; {good}; {good};; =")
    assert twice.status_code == 200


async def test_an_expired_refresh_token_is_told_apart_from_an_unknown_one(
    client: Client, clock: AdjustableClock
) -> None:
    grant = client.granted(await client.register())
    clock.advance(seconds=604_800)
    response = await client.refresh(grant.refresh_token)
    assert message(response) == (401, "Refresh token expired")


async def test_cookies_are_secure_in_production(start_service: StartService) -> None:
    secrets = {name: name * 8 for name in ("jwt_secret", "refresh_secret", "internal_secret")}
    async with start_service(environment="production", **secrets) as client:
        response = await client.register()
        assert response.headers["set-cookie"].endswith(ATTRIBUTES + "; Secure")
        response = await client.logout(client.granted(response).claims)
        assert "; Secure" in response.headers["set-cookie"]


async def test_nobody_but_the_gateway_is_answered(client: Client) -> None:
    body = {"username": "Hunter", "email": EMAIL, "password": PASSWORD}
    calls = [
        ("POST", AUTH + "/register", body),
        ("POST", AUTH + "/login", body),
        ("POST", AUTH + "/login", {"email": 7}),
        ("POST", AUTH + "/login", None),
        ("POST", AUTH + "/refresh", None),
        ("POST", AUTH + "/logout", None),
        ("GET", "/internal/revocations?jti=a&sid=b", None),
    ]
    for method, path, json in calls:
        response = await client.http.request(
            method, path, json=json, headers={"x-user-id": "0" * 24}
        )
        assert response.status_code == 401, path


async def test_logout_demands_a_user(client: Client) -> None:
    assert (await client.post("/logout")).status_code == 401


async def test_other_methods_and_paths_are_405_and_404(client: Client) -> None:
    headers = client.identity()
    assert (await client.http.get(AUTH + "/login", headers=headers)).status_code == 405
    assert (await client.http.post(AUTH + "/nothing", headers=headers)).status_code == 404


@pytest.mark.parametrize("query", ["", "?jti=a", "?sid=a", "?jti=a&sid=%24", "?jti=a&sid="])
async def test_the_internal_question_needs_both_ids(client: Client, query: str) -> None:
    response = await client.http.get("/internal/revocations" + query, headers=client.identity())
    assert response.status_code == 400
