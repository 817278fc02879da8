"""The internal identity: only what the gateway just signed for this very service is believed."""

import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx2
import jwt
import pytest
from chassis.bodies import StrictJsonRoute
from chassis.errors import Unauthorized
from chassis.identity import (
    CLOCK_LEEWAY,
    Identity,
    User,
    sign_identity,
    verify_identity,
)
from chassis.settings import ServiceSettings
from chassis_helpers.http import client_of
from contracts.headers import INTERNAL_IDENTITY
from contracts.identity import MAX_AGE_SECONDS, IdentifiedUser, InternalIdentity
from fastapi import APIRouter, Body
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

SECRET = "an-internal-secret-of-the-tests-0123456789"
ALICE = InternalIdentity(
    client_ip="203.0.113.7", user=IdentifiedUser(id="a" * 24, sid="s", exp=1_900_000_000)
)
NOBODY = InternalIdentity(client_ip="203.0.113.7")
TOKEN = sign_identity(ALICE, audience="tasks-service", secret=SECRET)


def claims(**changed: object) -> dict[str, Any]:
    now = int(time.time())
    good = {"iss": "task-hunter/api-gateway", "aud": "tasks-service", "iat": now, "exp": now + 30}
    wanted = ALICE.model_dump() | good | changed
    return {name: value for name, value in wanted.items() if value is not None}


def signed(secret: str = SECRET, algorithm: str = "HS256", **changed: object) -> str:
    return jwt.encode(claims(**changed), secret, algorithm=algorithm)


def refused(token: str) -> None:
    with pytest.raises(Unauthorized):
        verify_identity(token, audience="tasks-service", secret=SECRET)


@pytest.mark.parametrize("identity", [ALICE, NOBODY])
def test_an_identity_comes_back_from_its_token(identity: InternalIdentity) -> None:
    token = sign_identity(identity, audience="tasks-service", secret=SECRET)
    assert verify_identity(token, audience="tasks-service", secret=SECRET) == identity


@given(st.integers(0, len(TOKEN) - 2), st.characters(codec="latin-1"))
def test_a_token_with_one_character_changed_is_refused(index: int, character: str) -> None:
    # Not the very last character: two bits of it are no part of the signature.
    changed = TOKEN[:index] + character + TOKEN[index + 1 :]
    if changed != TOKEN:
        refused(changed)


@given(st.text(st.characters(codec="latin-1")) | st.just(TOKEN[:-2]) | st.just(TOKEN + "."))
def test_any_other_text_is_refused(text: str) -> None:
    refused(text)


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "user-service"},
        {"aud": None},
        {"iss": "task-hunter/user-service"},
        {"iss": None},
        {"iat": None},
        {"exp": None},
        {"client_ip": None},
        {"user": {"id": "a" * 24}},
        {"user": {"id": "short", "sid": "s", "exp": 1_900_000_000}},
        {"user": "a" * 24},
    ],
    ids=str,
)
def test_signed_by_the_gateway_but_not_for_this_service_is_refused(
    changed: dict[str, Any],
) -> None:
    refused(signed(**changed))


@pytest.mark.parametrize(
    ("issued", "expires"), [(600, 620), (-60, -30), (0, 86_400), (-86_400, 20)]
)
def test_not_signed_just_now_is_refused(issued: int, expires: int) -> None:
    """Both in seconds from now."""
    now = int(time.time())
    refused(signed(iat=now + issued, exp=now + expires))


def test_another_secret_another_algorithm_or_none_is_refused() -> None:
    refused(signed("another-internal-secret-of-the-tests-01234567"))
    refused(signed(SECRET * 2, algorithm="HS512"))
    refused(jwt.encode(claims(), SECRET * 2, algorithm="HS512"))
    refused(jwt.encode(claims(), None, algorithm="none"))


def test_clocks_may_differ_a_little() -> None:
    now = int(time.time())
    token = signed(iat=now + 3, exp=now + 33)
    assert verify_identity(token, audience="tasks-service", secret=SECRET) == ALICE


router = APIRouter(route_class=StrictJsonRoute)


@router.get("/who")
async def who(user: User) -> str:
    return user.id


@router.get("/where")
async def where(identity: Identity) -> str:
    return identity.client_ip


@router.post("/notes")
async def write_note(text: Annotated[str, Body(embed=True)], user: User) -> str:
    return text + user.id


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    settings = ServiceSettings(port=1, internal_secret=SecretStr(SECRET))
    async with client_of(router, name="tasks-service", settings=settings) as client:
        yield client


def header_of(identity: InternalIdentity, audience: str = "tasks-service") -> dict[str, str]:
    return {INTERNAL_IDENTITY: sign_identity(identity, audience=audience, secret=SECRET)}


async def test_a_route_knows_the_user_and_the_address(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/who", headers=header_of(ALICE))).json() == "a" * 24
    assert (await client.get("/where", headers=header_of(NOBODY))).json() == "203.0.113.7"


async def test_a_service_reached_directly_answers_401(client: httpx2.AsyncClient) -> None:
    for headers in ({}, {"x-user-id": "a" * 24}, {"authorization": "Bearer " + TOKEN}):
        assert (await client.get("/where", headers=headers)).status_code == 401


@pytest.mark.parametrize("content", [b"", b"{", b'{"text": 1}'])
async def test_a_request_without_an_identity_gets_401_before_its_body_is_read(
    client: httpx2.AsyncClient, content: bytes
) -> None:
    for headers in ({}, {"content-type": "application/json"}):
        assert (await client.post("/notes", content=content, headers=headers)).status_code == 401
    known = header_of(ALICE)
    assert (await client.post("/notes", content=content, headers=known)).status_code == 415


async def test_an_identity_for_another_service_is_401(client: httpx2.AsyncClient) -> None:
    headers = header_of(ALICE, audience="user-service")
    assert (await client.get("/who", headers=headers)).status_code == 401


async def test_a_route_that_needs_a_user_answers_401_without_one(
    client: httpx2.AsyncClient,
) -> None:
    assert (await client.get("/who", headers=header_of(NOBODY))).status_code == 401


def test_an_identity_that_was_verified_before_is_refused_once_it_has_expired(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    token = sign_identity(NOBODY, audience="tasks-service", secret=SECRET)
    assert verify_identity(token, audience="tasks-service", secret=SECRET) == NOBODY
    late = time.time() + MAX_AGE_SECONDS + CLOCK_LEEWAY + 1
    monkeypatch.setattr(time, "time", lambda: late)
    with pytest.raises(Unauthorized):
        verify_identity(token, audience="tasks-service", secret=SECRET)
