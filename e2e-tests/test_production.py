"""In production: example secrets are refused, and all goes by TLS.

Which secrets are weak, and where they are refused, is proved in chassis.
"""

import subprocess
import sys

import pytest
from client import AUTH, PASSWORD, assert_error, new_email, new_http
from devstack.suite import Suite
from inside import GATEWAY, USERS, another

PROGRAMS = {
    "api_gateway": ["JWT_SECRET", "INTERNAL_SECRET"],
    "user_service": ["JWT_SECRET", "INTERNAL_SECRET", "REFRESH_SECRET"],
    "tasks_service": ["INTERNAL_SECRET"],
    "activity_service": ["INTERNAL_SECRET"],
}


@pytest.mark.parametrize("module", PROGRAMS)
def test_no_service_starts_in_production_without_secrets_of_its_own(module: str) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", module],
        env={"ENVIRONMENT": "production", "PORT": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert outcome.returncode == 2
    assert any(name in outcome.stderr for name in PROGRAMS[module])
    assert "Traceback" not in outcome.stderr


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
