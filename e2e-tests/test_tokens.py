"""Forged access tokens: right in everything but one thing."""

import hmac
import json
import time
from collections.abc import Callable

import jwt
import pytest
from client import ACTIVITY, TASKS, Hunter, Json, assert_error
from devstack.suite import Suite
from jwt.utils import base64url_encode


def called(algorithm: str, claims: Json, secret: str) -> str:
    """A token with a good HMAC under a header that says something else."""
    parts = [json.dumps(part).encode() for part in ({"typ": "JWT", "alg": algorithm}, claims)]
    signed = b".".join(base64url_encode(part) for part in parts)
    signature = base64url_encode(hmac.digest(secret.encode(), signed, "sha256"))
    return f"{signed.decode()}.{signature.decode()}"


@pytest.fixture
def secret(suite: Suite) -> str:
    return suite.environment("api-gateway")["JWT_SECRET"]


async def rejects(hunter: Hunter, token: str) -> None:
    hunter.token = token
    for path in (TASKS, ACTIVITY):
        answer = await hunter.get(path)
        assert_error(answer, 401)
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_token_signed_with_the_right_secret_is_accepted(
    hunter: Hunter, secret: str
) -> None:
    hunter.token = jwt.encode(hunter.claims, secret, algorithm="HS256")

    assert (await hunter.get(TASKS)).status_code == 200


@pytest.mark.parametrize(
    "forge",
    [
        lambda claims, _: jwt.encode(claims, "another secret of 32 characters or more"),
        lambda claims, _: jwt.encode(claims, "", algorithm="none"),
        lambda claims, secret: jwt.encode(claims, secret, algorithm="HS512"),
        lambda claims, secret: called("RS256", claims, secret),
        lambda claims, secret: called("none", claims, secret),
        lambda claims, secret: called("none", claims, secret).rpartition(".")[0] + ".",
        lambda claims, secret: jwt.encode(claims, secret).rpartition(".")[0] + ".",
    ],
    ids=[
        "wrong secret",
        "none",
        "HS512",
        "called RS256",
        "called none",
        "none, unsigned",
        "no signature",
    ],
)
async def test_a_forged_signature_is_401(
    hunter: Hunter, secret: str, forge: Callable[[Json, str], str]
) -> None:
    await rejects(hunter, forge(hunter.claims, secret))


@pytest.mark.parametrize("claim", ["user", "sid", "jti", "iss", "aud", "iat", "exp"])
async def test_a_token_without_one_of_its_claims_is_401(
    hunter: Hunter, secret: str, claim: str
) -> None:
    claims = {name: value for name, value in hunter.claims.items() if name != claim}

    await rejects(hunter, jwt.encode(claims, secret))


@pytest.mark.parametrize(
    "offsets", [{"exp": -1}, {"iat": 3600, "exp": 7200}, {"nbf": 3600}], ids=str
)
async def test_a_token_outside_its_time_is_401(
    hunter: Hunter, secret: str, offsets: dict[str, int]
) -> None:
    now = int(time.time())
    times = {claim: now + seconds for claim, seconds in offsets.items()}

    await rejects(hunter, jwt.encode(hunter.claims | times, secret))


@pytest.mark.parametrize(
    "wrong",
    [
        {"exp": 1},
        {"exp": "tomorrow"},
        {"iss": "somebody"},
        {"aud": "something"},
        {"aud": []},
        {"user": {}},
        {"user": "0" * 24},
        {"user": {"id": {"$ne": ""}}},
        {"sid": ""},
        {"sid": None},
        {"jti": ["a"]},
        {"jti": "ready"},
        {"sid": "unknown-session"},
    ],
    ids=str,
)
async def test_a_token_with_a_wrong_claim_is_401_or_opens_nothing(
    hunter: Hunter, secret: str, wrong: Json
) -> None:
    await hunter.create()
    hunter.token = jwt.encode(hunter.claims | wrong, secret)

    answer = await hunter.get(TASKS)

    # Signed with the secret and well-formed, an unknown session or token id is not forgery.
    harmless = set(wrong) <= {"sid", "jti"} and all(
        isinstance(value, str) and value for value in wrong.values()
    )
    if not harmless:
        assert_error(answer, 401)
