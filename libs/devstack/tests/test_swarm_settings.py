"""The files of `deploy/swarm`: the variables and secrets that they give are those that the services read."""

import importlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from chassis.settings import ServiceSettings
from devstack.services import PAGE, SERVICES, module_of, variables_of
from devstack.suite import ROOT
from devstack_helpers.images import environment_of_image
from devstack_helpers.stack import (
    STACK,
    STORES,
    Service,
    environment,
    made_secrets,
    stack,
)
from pydantic import SecretStr

COMPOSE = yaml.load((ROOT / "docker-compose.yml").read_text(), yaml.CSafeLoader)
NOT_SETTINGS = {"SECRETS_DIR", "PYTHON_CPU_COUNT"}
OF_LIBRARIES = {"OTEL_EXPORTER_OTLP_HEADERS", "OTEL_RESOURCE_ATTRIBUTES"}
OURS = (*SERVICES, "frontend")


@pytest.fixture(scope="session")
def services() -> dict[str, Service]:
    found: dict[str, Service] = stack(STACK, STORES)["services"]
    return found


def secrets_of(service: Service) -> dict[str, str]:
    """The file in /run/secrets for each secret that it reads."""
    return {secret["source"]: secret["target"] for secret in service.get("secrets", [])}


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Service, str], Any]:
    def load(service: Service, name: str) -> ServiceSettings:
        for variable in os.environ:
            monkeypatch.delenv(variable)
        for variable, value in (environment_of_image() | environment(service)).items():
            monkeypatch.setenv(variable, value)
        (tmp_path / "secrets").mkdir()
        (tmp_path / "mounted").mkdir()
        made = made_secrets(tmp_path / "secrets")
        for source, target in secrets_of(service).items():
            content = (tmp_path / made[source]["file"]).read_text()
            (tmp_path / "mounted" / target).write_text(content)
        settings = importlib.import_module(f"{module_of(name)}.settings").Settings
        read: ServiceSettings = settings(_secrets_dir=tmp_path / "mounted")
        return read

    return load


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_gets_all_that_it_must_be_given(
    services: dict[str, Service], loaded: Callable[[Service, str], ServiceSettings], name: str
) -> None:
    settings = loaded(services[name], name)
    assert settings.in_production  # so no secret is an example
    assert (
        settings.internal_secret_fallback is None
    )  # one that is not set is a file without content
    values = [getattr(settings, field) for field in type(settings).model_fields]
    shown = [
        value.get_secret_value() if isinstance(value, SecretStr) else str(value) for value in values
    ]
    assert not [text for text in shown if re.search(r"127\.0\.0\.1|//localhost", text)]
    upstreams = [text for text in shown if text.startswith("http://")]
    ports = {f"http://{other}:{services[other]['environment']['PORT']}" for other in SERVICES}
    assert set(upstreams) <= ports
    assert settings.metrics_port == 9100
    published = {port["target"] for port in services[name].get("ports", [])}
    assert published == ({settings.port} if name == "api-gateway" else set())


@pytest.mark.parametrize("name", [*SERVICES, PAGE])
def test_nothing_is_set_that_nobody_reads_and_all_is_set_that_compose_passes_on(
    services: dict[str, Service], name: str
) -> None:
    service = "frontend" if name == PAGE else name
    given = set(services[service]["environment"])
    files = {target.upper() for target in secrets_of(services[service]).values()}
    assert (given | files) - set(variables_of(name)) - NOT_SETTINGS - OF_LIBRARIES == set()
    assert name == PAGE or given >= OF_LIBRARIES
    assert given - NOT_SETTINGS == set(COMPOSE["services"][service]["environment"]) - NOT_SETTINGS


@pytest.mark.parametrize("outside", [False, True])
def test_the_command_makes_each_secret_that_is_read_and_no_other(
    tmp_path: Path, services: dict[str, Service], outside: bool
) -> None:
    if outside:
        for service in SERVICES:
            (tmp_path / service).mkdir()
            for store in ("mongo_uri", "redis_uri", "rabbitmq_uri"):
                (tmp_path / service / store).write_text("the operator's own")
    read = set().union(*(secrets_of(services[name]) for name in (OURS if outside else services)))
    assert set(made_secrets(tmp_path, stores_outside=outside)) == read
