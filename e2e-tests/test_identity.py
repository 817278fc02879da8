"""Nobody is believed to be another: neither by the gateway nor by a service reached directly."""

import time

import httpx2
import jwt
import pytest
from client import ACTIVITY, AUTH, TASKS, Hunter, Json, NewHunter, assert_error
from contracts.headers import INTERNAL_IDENTITY
from devstack.suite import Suite
from inside import ACTIVITY as ACTIVITY_SERVICE
from inside import TASKS as TASKS_SERVICE
from inside import USERS

FORGED_IDENTITY = {"user": {"id": "0" * 24}, "client_ip": "127.0.0.1"}


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
        (USERS, "GET", "/internal/revocations?sid=a"),
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
            assert_error(await direct.request(method, path, headers=headers, **options), 401)
            assert_error(await direct.request(method, path, headers=headers), 401)


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
