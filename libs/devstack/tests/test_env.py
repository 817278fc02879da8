"""`make env`: a .env with secrets of its own, and what docker-compose reads from it."""

import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from devstack.services import SERVICES, variables_of
from devstack.suite import ROOT

COMPOSE = (ROOT / "docker-compose.yml").read_text()
# Not in a container's environment: the image says where to listen, and files hold the secrets.
NOT_PASSED = {"HOST", "JWT_SECRET", "INTERNAL_SECRET", "REFRESH_SECRET"}
NOT_PASSED |= {f"{name}_FALLBACK" for name in NOT_PASSED}
NOT_PASSED |= {"MONGO_URI", "REDIS_URI", "RABBITMQ_URI"}


def variables(file: Path) -> dict[str, str]:
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def make_env(directory: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "libs/devstack/env.sh"],
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    shutil.copy(ROOT / ".env.example", tmp_path)
    return tmp_path


def test_every_example_secret_becomes_a_fresh_one_that_only_its_owner_reads(
    directory: Path,
) -> None:
    assert make_env(directory).returncode == 0
    example, made = variables(directory / ".env.example"), variables(directory / ".env")
    secrets = {name: made[name] for name, value in example.items() if "change-me" in value}
    assert len(secrets) >= 5
    assert all(len(secret) == 64 for secret in secrets.values())
    assert len(set(secrets.values())) == len(secrets)
    assert example | secrets == made
    assert stat.S_IMODE((directory / ".env").stat().st_mode) == 0o600


def test_one_that_is_there_is_left_alone(directory: Path) -> None:
    (directory / ".env").write_text("JWT_SECRET=mine\n")
    answer = make_env(directory)
    assert answer.returncode == 1
    assert "there already" in answer.stderr
    assert variables(directory / ".env") == {"JWT_SECRET": "mine"}


@pytest.mark.parametrize("service", SERVICES)
def test_every_setting_of_a_service_reaches_its_container(service: str) -> None:
    begin = rf"(?ms)^(x-environment|  {service}):"
    sections = [section[0] for section in re.finditer(rf"{begin}.*?(?=^ {{0,2}}[a-z])", COMPOSE)]
    passed = set(re.findall(r"(?m)^ +([A-Z_]+): ", "".join(sections)))
    assert set(variables_of(service)) - NOT_PASSED - passed == set()


def test_the_example_names_all_that_docker_compose_reads() -> None:
    example = variables(ROOT / ".env.example")
    secrets = {name for name, value in example.items() if "change-me" in value}
    assert set(re.findall(r"\$\{([A-Z_]+)", COMPOSE)) | secrets == set(example)
