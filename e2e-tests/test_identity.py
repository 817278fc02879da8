"""Nobody is believed to be another: neither by the gateway nor by a service reached directly."""

import httpx2
import pytest
from chassis.identity import sign_identity
from client import ACTIVITY, AUTH, TASKS, Json, NewUser, User, assert_error
from contracts.headers import INTERNAL_IDENTITY
from contracts.identity import IdentifiedUser, InternalIdentity
from devstack.suite import Suite
from inside import ACTIVITY as ACTIVITY_SERVICE
from inside import TASKS as TASKS_SERVICE
from inside import USERS

FORGED_IDENTITY = InternalIdentity(
    client_ip="127.0.0.1", user=IdentifiedUser(id="0" * 24, sid="s", exp=9_999_999_999)
)


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
async def test_a_client_cannot_pose_as_another(new_user: NewUser, headers: dict[str, str]) -> None:
    attacker, victim = await new_user(), await new_user()
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
    suite: Suite, user: User, service: str, method: str, path: str
) -> None:
    secret = suite.environment("api-gateway")["INTERNAL_SECRET"]
    plain_path = path.partition("?")[0]

    def forged(
        audience: str = service, secret: str = secret, method: str = method, path: str = plain_path
    ) -> Json:
        token = sign_identity(
            FORGED_IDENTITY, audience=audience, secret=secret, method=method, path=path
        )
        return {INTERNAL_IDENTITY: token}

    async with httpx2.AsyncClient(base_url=suite.urls[service], trust_env=False) as direct:
        for headers in (
            {},
            user.bearer,
            {"x-user-id": user.id},
            {INTERNAL_IDENTITY: user.token},
            forged(audience="somebody-else"),
            forged(secret="x" * 40),
            forged(method="PUT"),
            forged(path="/"),
        ):
            body = {"title": "x", "status": "y", "email": user.email, "password": "z"}
            options: Json = {"json": body} if method == "POST" else {}
            assert_error(await direct.request(method, path, headers=headers, **options), 401)
            assert_error(await direct.request(method, path, headers=headers), 401)
