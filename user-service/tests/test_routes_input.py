"""What a body may hold, and what is said of one that does not."""

import unicodedata
from typing import Any

import pytest
from user_helpers.service import AUTH, EMAIL, PASSWORD, Client, message

COMPOSED, DECOMPOSED = "caf\u00e9 noir", "cafe\u0301 noir"


async def test_a_password_of_72_bytes_is_used_to_its_last_byte(client: Client) -> None:
    password = "é" * 36
    assert (await client.register(password=password)).status_code == 201
    assert (await client.login(password=password)).status_code == 200
    assert (await client.login(password="é" * 35 + "ee")).status_code == 401
    longer = await client.login(password=password + "x")
    assert longer.status_code == 400
    assert longer.json()["errors"][0]["field"] == "password"


@pytest.mark.parametrize(("registered", "sent"), [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)])
async def test_a_composed_and_a_decomposed_password_are_the_same(
    client: Client, registered: str, sent: str
) -> None:
    assert (await client.register(password=registered)).status_code == 201
    assert (await client.login(password=sent)).status_code == 200
    assert (await client.login(password=registered)).status_code == 200
    assert (await client.login(password="cafe noir")).status_code == 401


async def test_the_bounds_of_a_password_are_counted_in_its_composed_form(client: Client) -> None:
    longest = unicodedata.normalize("NFD", "\u00e9" * 36)
    assert (await client.register(password=longest)).status_code == 201
    assert (await client.login(password=longest)).status_code == 200
    assert (await client.login(password=longest + "e\u0301")).status_code == 400
    short = unicodedata.normalize("NFD", "\u00e9" * 5)
    errors = (await client.register(email="b@example.com", password=short)).json()["errors"]
    assert errors[0]["message"] == "String should have at least 6 characters"


async def test_a_password_of_a_hundred_thousand_accents_is_refused_unread(client: Client) -> None:
    accents = "a" + "\u0301\u0316" * 50_000  # to sort these takes a minute
    for response in (await client.register(password=accents), await client.login(password=accents)):
        assert response.status_code == 400


async def test_a_full_width_email_is_the_same_account(client: Client) -> None:
    assert (await client.register(email="ada@example.com")).status_code == 201
    wide = "\uff21da\uff20example\uff0ecom"
    assert (await client.register(email=wide)).status_code == 409
    assert (await client.login(email=wide)).status_code == 200


async def test_the_error_of_a_short_password_says_how_many_characters_it_needs(
    client: Client,
) -> None:
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
    body: dict[str, Any] = {"username": "Ada", "email": EMAIL, "password": PASSWORD}
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
    headers = {"content-type": "application/json"}
    auth = client.identity()
    response = await client.http.post(AUTH + "/login", json=body, headers=headers, auth=auth)
    assert response.status_code == 400


@pytest.mark.parametrize("raw", [b"{", b"", b'{"email": "\\ud800"}', b"\xff", b"[" * 100_000])
async def test_malformed_json_is_400(client: Client, raw: bytes) -> None:
    headers = {"content-type": "application/json"}
    auth = client.identity()
    response = await client.http.post(AUTH + "/login", content=raw, headers=headers, auth=auth)
    assert response.status_code == 400


async def test_a_body_of_another_type_is_415(client: Client) -> None:
    headers = {"content-type": "text/plain"}
    auth = client.identity()
    response = await client.http.post(AUTH + "/register", content=b"{}", headers=headers, auth=auth)
    assert response.status_code == 415


async def test_a_username_is_trimmed_to_at_most_50_characters(client: Client) -> None:
    body = {"username": "  " + "x" * 50 + "\n", "email": EMAIL, "password": PASSWORD}
    assert (await client.post("/register", json=body)).status_code == 201


@pytest.mark.parametrize(
    "email", ["x@test.local", "x@app.test", "x@mail.localhost", "müller@bücher.example", "a+b@x.io"]
)
async def test_special_use_and_international_addresses_are_accepted(
    client: Client, email: str
) -> None:
    assert (await client.register(email=email)).status_code == 201
    assert (await client.login(email=email.upper().replace("ÜCHER", "ücher"))).status_code == 200


@pytest.mark.parametrize("query", ["", "?jti=a", "?sid=%24", "?sid="])
async def test_the_internal_routes_need_a_session_id(client: Client, query: str) -> None:
    for path in ("/internal/revocations", "/internal/revoked-sessions"):
        response = await client.http.get(path + query, auth=client.identity())
        assert response.status_code == 400
