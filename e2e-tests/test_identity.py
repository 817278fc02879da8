"""Nobody is believed to be somebody but for a token that user-service signed."""

import hmac
import json
import time
from collections.abc import Callable

import httpx2
import jwt
import pytest
from contracts.headers import INTERNAL_IDENTITY
from devstack.suite import Suite
from jwt.utils import base64url_encode

from client import ACTIVITY, AUTH, TASKS, Hunter, Json, NewHunter, assert_error
from inside import ACTIVITY as ACTIVITY_SERVICE
from inside import TASKS as TASKS_SERVICE
from inside import USERS

FORGED_IDENTITY = {"user": {"id": "0" * 24}, "address": "127.0.0.1"}


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
    "wrong",
    [
        {"exp": 1},
        {"exp": int(time.time()) - 1},
        {"exp": "tomorrow"},
        {"iat": int(time.time()) + 3600, "exp": int(time.time()) + 7200},
        {"nbf": int(time.time()) + 3600},
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


@pytest.mark.parametrize(
    "headers",
    [
        {"x-user-id": "{victim}"},
        {"X-User-Id": "{victim}", "x-internal-identity": "{victim}"},
        {"x_user_id": "{victim}", "x_internal_identity": "{victim}"},
        {"connection": "x-internal-identity"},
        {"connection": "close, X-Internal-Identity, authorization"},
        {"x-forwarded-user": "{victim}", "forwarded": "for={victim}"},
    ],
    ids=str,
)
async def test_a_client_cannot_pose_as_another(
    new_hunter: NewHunter, headers: dict[str, str]
) -> None:
    attacker, victim = await new_hunter(), await new_hunter()
    task = await victim.create()
    spoofed = {name: value.format(victim=victim.id) for name, value in headers.items()}

    listed = await attacker.get(TASKS, headers=spoofed)
    read = await attacker.get(f"{TASKS}/{task['_id']}", headers=spoofed)
    without_token = await attacker.http.get(TASKS, headers=spoofed)

    assert listed.status_code == 200
    assert listed.json()["tasks"] == []
    assert_error(read, 403)
    assert_error(without_token, 401)


@pytest.mark.parametrize(
    ("service", "method", "path"),
    [
        (USERS, "POST", f"{AUTH}/login"),
        (USERS, "POST", f"{AUTH}/register"),
        (USERS, "POST", f"{AUTH}/refresh"),
        (USERS, "POST", f"{AUTH}/logout"),
        (USERS, "GET", "/internal/revocations?jti=a&sid=b"),
        (TASKS_SERVICE, "GET", TASKS),
        (TASKS_SERVICE, "POST", TASKS),
        (TASKS_SERVICE, "DELETE", f"{TASKS}/{'0' * 24}"),
        (ACTIVITY_SERVICE, "GET", ACTIVITY),
    ],
)
async def test_a_service_reached_directly_answers_401(
    suite: Suite, hunter: Hunter, service: str, method: str, path: str
) -> None:
    other_audience = identity(suite, audience="somebody-else")
    expired = identity(suite, audience=service, issued=int(time.time()) - 3600)
    long_lived = identity(suite, audience=service, lifetime=3600)
    wrong_secret = jwt.encode(hunter.claims, "x" * 40)
    async with httpx2.AsyncClient(base_url=suite.urls[service], trust_env=False) as direct:
        for headers in (
            {},
            hunter.bearer,
            {"x-user-id": hunter.id},
            {INTERNAL_IDENTITY: hunter.token},
            {INTERNAL_IDENTITY: other_audience},
            {INTERNAL_IDENTITY: expired},
            {INTERNAL_IDENTITY: long_lived},
            {INTERNAL_IDENTITY: wrong_secret},
        ):
            body = {"title": "x", "status": "y", "email": hunter.email, "password": "z"}
            options: Json = {"json": body} if method == "POST" else {}
            answer = await direct.request(method, path, headers=headers, **options)
            assert_error(answer, 401)


def identity(suite: Suite, *, audience: str, issued: int | None = None, lifetime: int = 30) -> str:
    """What the gateway would have signed, were it somebody else."""
    issued = issued or int(time.time())
    claims = FORGED_IDENTITY | {
        "iss": "task-hunter/api-gateway",
        "aud": audience,
        "iat": issued,
        "exp": issued + lifetime,
    }
    return jwt.encode(claims, suite.environment("api-gateway")["INTERNAL_SECRET"])
