"""In production, or bound to another address than loopback, example secrets are refused."""

import secrets
import subprocess
import sys

import pytest
from client import AUTH, PASSWORD, assert_error, new_email, new_http
from devstack.suite import Suite
from inside import GATEWAY, USERS, another

EXAMPLE = "change-me-this-is-an-example-of-32-characters-or-more"
PROGRAMS = {
    "api_gateway": ["JWT_SECRET", "INTERNAL_SECRET"],
    "user_service": ["JWT_SECRET", "INTERNAL_SECRET", "REFRESH_SECRET"],
    "tasks_service": ["INTERNAL_SECRET"],
    "activity_service": ["INTERNAL_SECRET"],
}


def start(module: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module],
        env={"ENVIRONMENT": "production", "PORT": "1"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("module", PROGRAMS)
@pytest.mark.parametrize(
    "exposed", [{}, {"ENVIRONMENT": "development", "BIND_ADDRESS": "0.0.0.0"}], ids=str
)
def test_no_service_starts_where_others_reach_it_without_secrets_of_its_own(
    module: str, exposed: dict[str, str]
) -> None:
    outcome = start(module, **exposed)

    assert outcome.returncode == 2
    assert any(name in outcome.stderr for name in PROGRAMS[module])
    assert "Traceback" not in outcome.stderr


@pytest.mark.parametrize("variable", PROGRAMS["user_service"])
def test_an_example_secret_is_refused_and_named(variable: str) -> None:
    good = {name: secrets.token_hex(32) for name in PROGRAMS["user_service"]}

    outcome = start("user_service", **good | {variable: EXAMPLE})

    assert outcome.returncode == 2
    assert variable in outcome.stderr
    assert EXAMPLE not in outcome.stderr


def test_a_short_secret_is_refused_and_named() -> None:
    outcome = start("tasks_service", INTERNAL_SECRET="f6a0")

    assert outcome.returncode == 2
    assert "INTERNAL_SECRET" in outcome.stderr
    assert "f6a0" not in outcome.stderr


def test_a_store_password_with_a_slash_is_refused_and_named() -> None:
    outcome = start("tasks_service", ENVIRONMENT="test", RABBITMQ_URI="amqp://one:two/three@host/")

    assert outcome.returncode == 2
    assert "RABBITMQ_URI" in outcome.stderr
    assert "three" not in outcome.stderr


def test_a_setting_that_makes_no_sense_is_named() -> None:
    outcome = start("api_gateway", ENVIRONMENT="development", UPSTREAM_TIMEOUT_SECONDS="soon")

    assert outcome.returncode == 2
    assert "UPSTREAM_TIMEOUT_SECONDS" in outcome.stderr


async def test_in_production_the_cookie_is_secure_and_every_answer_asks_for_tls(
    suite: Suite,
) -> None:
    production = {"ENVIRONMENT": "production"}
    with (
        another(suite, USERS, production) as users,
        another(suite, GATEWAY, production | {"USER_SERVICE_URL": users}) as gateway,
    ):
        async with new_http(gateway) as http:
            body = {"username": "User", "email": new_email(), "password": PASSWORD}
            answer = await http.post(f"{AUTH}/register", json=body)
            assert answer.status_code == 201
            assert "; secure" in answer.headers["set-cookie"].lower()
            assert "max-age=" in answer.headers["strict-transport-security"]
            missing = await http.get("/nowhere")
            assert_error(missing, 404)
            assert "strict-transport-security" in missing.headers
