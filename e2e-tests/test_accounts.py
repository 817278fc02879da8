"""Accounts: registering and signing in."""

import asyncio

import httpx2
import pytest
from client import AUTH, PASSWORD, Hunter, Json, NewHunter, assert_error, faulty_fields, new_email

REGISTER = f"{AUTH}/register"
LOGIN = f"{AUTH}/login"


def registration(**fields: object) -> Json:
    return {"username": "Gehrman", "email": new_email(), "password": PASSWORD} | fields


async def test_registering_answers_201_with_an_access_token_and_nothing_else(
    http: httpx2.AsyncClient,
) -> None:
    answer = await http.post(REGISTER, json=registration())

    assert answer.status_code == 201
    assert set(answer.json()) == {"accessToken"}


async def test_a_taken_email_answers_409_in_any_letter_case(hunter: Hunter) -> None:
    for email in (hunter.email, hunter.email.upper()):
        answer = await hunter.http.post(REGISTER, json=registration(email=email))
        assert_error(answer, 409, "Email already registered")


async def test_of_50_parallel_registers_of_one_email_one_wins(http: httpx2.AsyncClient) -> None:
    body = registration()

    answers = await asyncio.gather(*(http.post(REGISTER, json=body) for _ in range(50)))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 49


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", ""),
        ("username", "   "),
        ("username", "x" * 51),
        ("username", "nul\x00"),
        ("username", 7),
        ("username", None),
        ("email", "no address"),
        ("email", "a@b@example.com"),
        ("email", f"{'x' * 250}@example.com"),
        ("email", ["hunter@example.com"]),
        ("email", {"$gt": ""}),
        ("password", "short"),
        ("password", "nul in\x00side"),
        ("password", "x" * 73),
        ("password", "\N{CRESCENT MOON}" * 18 + "x"),
        ("password", 123456),
        ("password", {"$ne": None}),
    ],
)
async def test_a_field_out_of_bounds_is_named_in_a_400(
    http: httpx2.AsyncClient, field: str, value: object
) -> None:
    answer = await http.post(REGISTER, json=registration(**{field: value}))

    assert faulty_fields(answer) == {field}


async def test_every_missing_field_is_named(http: httpx2.AsyncClient) -> None:
    assert faulty_fields(await http.post(REGISTER, json={})) == {"username", "email", "password"}
    assert faulty_fields(await http.post(LOGIN, json={})) == {"email", "password"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", f"  {'x' * 50}  "),
        ("username", "\N{CRESCENT MOON}" * 50),
        ("password", "sixsix"),
        ("password", "x" * 72),
        ("password", "\N{CRESCENT MOON}" * 18),
    ],
)
async def test_a_field_at_its_bound_is_accepted(
    http: httpx2.AsyncClient, field: str, value: str
) -> None:
    body = registration(**{field: value})

    assert (await http.post(REGISTER, json=body)).status_code == 201
    assert (await http.post(LOGIN, json=body)).status_code == 200


async def test_a_password_of_72_bytes_is_not_known_by_its_beginning(
    http: httpx2.AsyncClient,
) -> None:
    body = registration(password="x" * 72)
    await http.post(REGISTER, json=body)

    for wrong in ("x" * 71, "x" * 71 + "y", "x" * 73):
        answer = await http.post(LOGIN, json=body | {"password": wrong})
        assert answer.status_code == (400 if len(wrong) > 72 else 401)


async def test_unknown_fields_are_ignored(http: httpx2.AsyncClient) -> None:
    body = registration(role="admin", _id="0" * 24, passwordHash="x")

    assert (await http.post(REGISTER, json=body)).status_code == 201


async def test_signing_in_takes_the_email_in_any_letter_case(hunter: Hunter) -> None:
    credentials = {"email": hunter.email.upper(), "password": hunter.password}

    answer = await hunter.http.post(LOGIN, json=credentials)

    assert answer.status_code == 200
    assert set(answer.json()) == {"accessToken"}


async def test_two_sign_ins_open_two_sessions_of_one_user(hunter: Hunter) -> None:
    first = hunter.claims
    await hunter.login()

    assert hunter.claims["user"] == first["user"]
    assert hunter.claims["sid"] != first["sid"]
    assert hunter.claims["jti"] != first["jti"]


async def test_an_unknown_email_and_a_wrong_password_get_the_same_answer(hunter: Hunter) -> None:
    wrong = {"email": hunter.email, "password": "not the password"}
    unknown = wrong | {"email": new_email()}

    answers = [await hunter.http.post(LOGIN, json=body) for body in (wrong, unknown)]

    bodies = [assert_error(answer, 401, "Invalid credentials") for answer in answers]
    assert bodies[0].keys() == bodies[1].keys()
    assert answers[0].headers.keys() == answers[1].headers.keys()
    assert "set-cookie" not in answers[0].headers


async def test_the_password_of_another_account_does_not_fit(new_hunter: NewHunter) -> None:
    one, other = await new_hunter(), await new_hunter()
    other.password = "entirely different"
    credentials = {"email": one.email, "password": other.password}

    assert_error(await one.http.post(LOGIN, json=credentials), 401, "Invalid credentials")
