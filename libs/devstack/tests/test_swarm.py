"""The files of `deploy/swarm`: what a compose file may hold, and what a swarm does by them."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path

import chassis.consumer
import chassis.server
import jsonschema
import pytest
import yaml
from devstack.services import SERVICES
from devstack.suite import ROOT
from devstack_helpers.stack import (
    HOST_PORTS,
    STACK,
    STORES,
    Service,
    stack,
)

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
TRACES_SECONDS = 2  # for the last spans
OURS = (*SERVICES, "frontend")
STORE_NAMES = ("mongo_db", "rabbitmq", "redis")


@pytest.fixture(scope="session")
def services() -> dict[str, Service]:
    found: dict[str, Service] = stack(STACK, STORES)["services"]
    return found


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
