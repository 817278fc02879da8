"""The files of `deploy/swarm`: what a compose file may hold, what a swarm takes of it, and what the services read."""

import importlib
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from typing import Any

import chassis.consumer
import chassis.server
import jsonschema
import pytest
import yaml
from chassis.settings import ServiceSettings
from devstack.services import PAGE, SERVICES, module_of, variables_of
from devstack.suite import ROOT
from devstack_helpers.images import environment_of_image
from devstack_helpers.stack import (
    HOST_PORTS,
    STACK,
    STORES,
    Service,
    environment,
    made_secrets,
    stack,
)
from pydantic import SecretStr

COMPOSE = yaml.load((ROOT / "docker-compose.yml").read_text(), yaml.CSafeLoader)
SCHEMA = json.loads(
    resources.files("check_jsonschema.builtin_schemas.vendor")
    .joinpath("compose-spec.json")
    .read_text()
)
# What a swarm passes over, or has another word for below `deploy`:
# https://docs.docker.com/reference/cli/docker/stack/deploy/
NOT_IN_A_SWARM = {
    "build", "container_name", "cpus", "depends_on", "devices", "expose", "links", "mem_limit", "network_mode",
    "pids_limit", "profiles", "restart", "security_opt", "tmpfs",
}  # fmt: skip
NOT_SETTINGS = {"SECRETS_DIR", "PYTHON_CPU_COUNT"}
TRACES_SECONDS = 2  # for the last spans
OURS = (*SERVICES, "frontend")
STORE_NAMES = ("mongo_db", "rabbitmq", "redis")


@pytest.fixture(scope="session")
def services() -> dict[str, Service]:
    found: dict[str, Service] = stack(STACK, STORES)["services"]
    return found


def secrets_of(service: Service) -> dict[str, str]:
    """The file in /run/secrets for each secret that it reads."""
    return {secret["source"]: secret["target"] for secret in service.get("secrets", [])}


@pytest.mark.parametrize("file", [STACK, STORES, HOST_PORTS, "../../docker-compose.yml"])
def test_each_file_is_what_the_schema_of_compose_files_says(file: str) -> None:
    jsonschema.validate(stack(file), SCHEMA)


def test_a_key_that_the_schema_does_not_know_is_refused() -> None:
    deploy = {"update_config": {"order": "start-first", "max_fail_ratio": 0.1}}
    with pytest.raises(jsonschema.ValidationError, match="max_fail_ratio"):
        jsonschema.validate({"services": {"redis": {"image": "redis", "deploy": deploy}}}, SCHEMA)


def test_nothing_is_said_that_a_swarm_passes_over(services: dict[str, Service]) -> None:
    assert set(services) == {*OURS, *STORE_NAMES}
    for service in services.values():
        assert set(service) & NOT_IN_A_SWARM == set()


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
    assert (given | files) - set(variables_of(name)) - NOT_SETTINGS == set()
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
    # A fallback is made wherever its secret is; user-service signs with this one and verifies nothing.
    unread = {"user-service_jwt_secret_fallback"}
    assert set(made_secrets(tmp_path, stores_outside=outside)) == read | unread


def test_a_task_is_replaced_after_the_new_one_is_good_and_has_time_to_drain(
    services: dict[str, Service],
) -> None:
    drain = chassis.server.DRAIN_SECONDS + chassis.consumer.STOP_TIMEOUT + TRACES_SECONDS
    for name in OURS:
        deploy = services[name]["deploy"]
        assert deploy["replicas"] == 2
        assert deploy["restart_policy"]["condition"] == "any"
        assert deploy["placement"]["preferences"] == [{"spread": "node.labels.zone"}]
        for way in ("update_config", "rollback_config"):
            assert deploy[way]["order"] == "start-first"
            assert deploy[way]["parallelism"] == 1
        assert deploy["update_config"]["failure_action"] == "rollback"
        assert int(services[name]["stop_grace_period"].removesuffix("s")) > drain


def test_a_task_begins_when_it_is_ready_and_is_then_asked_whether_it_lives(
    services: dict[str, Service], tmp_path: Path
) -> None:
    (check,) = {services[name]["healthcheck"]["test"][-1] for name in SERVICES}
    with answering() as (port, statuses, asked):

        def is_good() -> bool:
            command = [sys.executable, "-c", check.replace("/tmp/begun", str(tmp_path / "begun"))]
            variables = {"PORT": str(port)}
            return not subprocess.run(
                command, env=variables, stderr=subprocess.DEVNULL, timeout=60, check=False
            ).returncode

        statuses.update({"/ready": 503, "/health": 200})
        assert not is_good()
        statuses["/ready"] = 200
        assert is_good()
        statuses["/ready"] = 503
        assert is_good()
        statuses["/health"] = 500
        assert not is_good()
    assert asked == ["/ready", "/ready", "/health", "/health"]


@contextmanager
def answering() -> Iterator[tuple[int, dict[str, int], list[str]]]:
    """A server on loopback: its port, the status that it answers to each path, and what it was asked."""
    statuses: dict[str, int] = {}
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(statuses[self.path])
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port, statuses, asked
        server.shutdown()
        thread.join()


def test_a_store_is_on_the_node_of_its_label_with_its_volume_and_as_in_compose(
    services: dict[str, Service],
) -> None:
    for name in STORE_NAMES:
        store, compose = services[name], COMPOSE["services"][name]
        label = f"node.labels.task-hunter.{name.removesuffix('_db')} == true"
        assert store["deploy"]["placement"]["constraints"] == [label]
        assert store["deploy"]["update_config"]["order"] == "stop-first"
        assert set(store["volumes"]) < set(compose["volumes"])
        for key in ("image", "command", "cap_add", "cap_drop"):
            assert store.get(key) == compose.get(key)
        assert store["deploy"]["resources"]["limits"]["memory"] == compose["mem_limit"]
        assert "ports" not in store


def test_each_is_on_the_networks_that_compose_has_for_it(services: dict[str, Service]) -> None:
    for name, service in services.items():
        assert service["networks"] == COMPOSE["services"][name]["networks"]
    networks = stack(STACK, STORES)["networks"]
    for name, network in networks.items():
        assert network.get("internal") == COMPOSE["networks"][name].get("internal")
    assert "internal" not in stack(STACK)["networks"]["mongo"]  # a way to stores outside


def test_no_process_may_write_or_do_more_than_it_must(services: dict[str, Service]) -> None:
    for name in OURS:
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]
        assert "cap_add" not in services[name]
        (volume,) = services[name]["volumes"]
        assert (volume["type"], volume["target"]) == ("tmpfs", "/tmp")
        assert services[name]["deploy"]["resources"]["limits"].keys() == {"cpus", "memory", "pids"}


def test_with_ports_of_the_host_nothing_needs_a_virtual_address() -> None:
    for name, service in stack(STACK, STORES, HOST_PORTS)["services"].items():
        assert service["deploy"]["endpoint_mode"] == "dnsrr"
        if ports := stack(HOST_PORTS)["services"].get(name, {}).get("ports"):
            assert [
                port | {"mode": "host"} for port in stack(STACK)["services"][name]["ports"]
            ] == ports
