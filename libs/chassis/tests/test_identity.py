"""The internal identity: only what the gateway just signed for this very service is believed."""

import hashlib
import json
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx2
import pytest
from chassis.bodies import StrictJsonRoute
from chassis.identity import (
    CLOCK_LEEWAY,
    Identity,
    NotBelieved,
    User,
    sign_identity,
    verify_identity,
)
from chassis.settings import ServiceSettings
from chassis_helpers.http import client_of
from chassis_helpers.identity import SignedByGateway
from contracts.headers import INTERNAL_IDENTITY
from contracts.identity import CHALLENGE, MAX_AGE_SECONDS, IdentifiedUser, InternalIdentity
from fastapi import APIRouter, Body
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import Signer
from pydantic import SecretStr

SECRET = "an-internal-secret-of-the-tests-0123456789"
SERVICE = "tasks-service"
ALICE = InternalIdentity(
    client_ip="203.0.113.7", user=IdentifiedUser(id="a" * 24, sid="s", exp=1_900_000_000)
)
NOBODY = InternalIdentity(client_ip="203.0.113.7")
METHOD, PATH = "PATCH", "/api/tasks/abc"


def sign(identity: InternalIdentity, secret: str = SECRET, audience: str = SERVICE) -> str:
    return sign_identity(identity, audience=audience, secret=secret, method=METHOD, path=PATH)


def verify(token: str, method: str = METHOD, path: str = PATH) -> InternalIdentity:
    return verify_identity(token, audience=SERVICE, secrets=(SECRET,), method=method, path=path)


def claiming(**changed: object) -> str:
    """A token of these claims, good but for `changed`, with the signature of the gateway."""
    good = {"identity": ALICE.model_dump(), "method": METHOD, "path": PATH}
    wanted = good | {"issued_at": time.time()} | changed
    present = {name: value for name, value in wanted.items() if value is not None}
    signer = Signer(SECRET, salt=f"internal-identity.{SERVICE}", digest_method=hashlib.sha256)
    return signer.sign(json.dumps(present)).decode()


def refused(token: str) -> None:
    with pytest.raises(NotBelieved):
        verify(token)


@pytest.mark.parametrize("identity", [ALICE, NOBODY])
def test_an_identity_comes_back_from_its_token(identity: InternalIdentity) -> None:
    assert verify(sign(identity)) == identity
    assert verify(claiming()) == ALICE


@given(st.floats(0, 1, exclude_max=True), st.characters(codec="latin-1"))
def test_a_token_with_one_character_changed_is_refused(place: float, character: str) -> None:
    token = sign(ALICE)
    # Not the very last character: two bits of it are no part of the signature.
    index = int(place * (len(token) - 1))
    changed = token[:index] + character + token[index + 1 :]
    if changed != token:
        refused(changed)


@given(st.text(st.characters(codec="latin-1")))
def test_any_other_text_is_refused(text: str) -> None:
    refused(text)
    refused(sign(ALICE)[:-2])
    refused(sign(ALICE) + text + ".")


def test_a_token_is_for_one_method_and_one_path() -> None:
    for method, path in (("DELETE", PATH), (METHOD, "/api/tasks/abd"), (METHOD, "/api/tasks")):
        with pytest.raises(NotBelieved):
            verify(sign(ALICE), method, path)


USER: dict[str, Any] = ALICE.model_dump()["user"]


@pytest.mark.parametrize(
    "changed",
    [
        {"method": None},
        {"path": None},
        {"issued_at": None},
        {"issued_at": "now"},
        {"identity": None},
        {"identity": {"user": USER}},
        {"identity": {"client_ip": "203.0.113.7", "user": {"id": "a" * 24}}},
        {"identity": {"client_ip": "203.0.113.7", "user": USER | {"id": "short"}}},
    ],
    ids=str,
)
def test_an_incomplete_or_malformed_identity_is_refused(changed: dict[str, Any]) -> None:
    refused(claiming(**changed))


def test_another_secret_or_another_service_is_refused() -> None:
    refused(sign(ALICE, secret="another-internal-secret-of-the-tests-01234567"))
    refused(sign(ALICE, audience="user-service"))


def test_a_token_signed_with_the_fallback_is_good_until_that_is_gone() -> None:
    def by(*secrets: str) -> InternalIdentity:
        token = sign(ALICE)
        return verify_identity(token, audience=SERVICE, secrets=secrets, method=METHOD, path=PATH)

    assert by("new" * 11, SECRET) == ALICE
    with pytest.raises(NotBelieved):
        by("new" * 11, "another" * 5)


def test_a_token_lives_for_ten_seconds_and_clocks_may_differ_a_little() -> None:
    now = time.time()
    for age in (MAX_AGE_SECONDS + 0.1, -CLOCK_LEEWAY - 1, 3600):
        refused(claiming(issued_at=now - age))
    for age in (MAX_AGE_SECONDS - 2, -CLOCK_LEEWAY + 1):
        assert verify(claiming(issued_at=now - age)) == ALICE
    assert MAX_AGE_SECONDS == 10


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


async def test_a_service_takes_its_fallback_from_the_settings() -> None:
    settings = ServiceSettings(
        port=1,
        internal_secret=SecretStr("new" * 11),
        internal_secret_fallback=SecretStr(SECRET),
    )
    async with client_of(router, name=SERVICE, settings=settings) as client:
        assert (await client.get("/who", auth=as_gateway(ALICE))).status_code == 200


def as_gateway(identity: InternalIdentity, audience: str = SERVICE) -> SignedByGateway:
    return SignedByGateway(identity, audience=audience, secret=SECRET)


async def test_a_route_knows_the_user_and_the_address(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/who?a=b", auth=as_gateway(ALICE))).json() == "a" * 24
    assert (await client.get("/where", auth=as_gateway(NOBODY))).json() == "203.0.113.7"


async def test_a_service_reached_directly_answers_401(client: httpx2.AsyncClient) -> None:
    for headers in ({}, {"x-user-id": "a" * 24}, {"authorization": "Bearer " + sign(ALICE)}):
        assert (await client.get("/where", headers=headers)).status_code == 401


@pytest.mark.parametrize("content", [b"", b"{", b'{"text": 1}'])
async def test_a_request_without_an_identity_gets_401_before_its_body_is_read(
    client: httpx2.AsyncClient, content: bytes
) -> None:
    for headers in ({}, {"content-type": "application/json"}):
        assert (await client.post("/notes", content=content, headers=headers)).status_code == 401
    known = as_gateway(ALICE)
    assert (await client.post("/notes", content=content, auth=known)).status_code == 415


async def test_an_identity_for_another_service_is_401(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/who", auth=as_gateway(ALICE, audience="user-service"))
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, CHALLENGE)


async def test_a_public_route_needs_no_identity_and_refuses_a_wrong_one(
    client: httpx2.AsyncClient,
) -> None:
    assert (await client.get("/ready")).status_code == 200
    assert (await client.get("/ready", auth=as_gateway(NOBODY))).status_code == 200
    wrong = await client.get("/ready", headers={INTERNAL_IDENTITY: "forged"})
    assert (wrong.status_code, wrong.headers["www-authenticate"]) == (401, CHALLENGE)


async def test_a_route_that_needs_a_user_answers_401_without_one(
    client: httpx2.AsyncClient,
) -> None:
    answer = await client.get("/who", auth=as_gateway(NOBODY))
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
