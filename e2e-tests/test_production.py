"""In production example secrets are refused.

Which secrets are weak, and where they are refused, is proved in chassis.
"""

import subprocess
import sys

import pytest

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
