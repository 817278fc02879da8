"""What keeps a machine at rest small: modules that no service imports, and sizes that stores start with."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from devstack.mongo import Mongo
from devstack.ports import free_port
from devstack.rabbitmq import RabbitMQ
from devstack.services import SERVICES, module_of

ROOT = Path(__file__).resolve().parents[3]
UNWANTED = ["opentelemetry.sdk", "pydantic.v1", "pygments", "rich"]
WITH_REDIS = ("user-service", "api-gateway")  # redis-py and PyJWT import what is installed for TLS


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_imports_what_it_does_not_use(service: str) -> None:
    unwanted = UNWANTED if service in WITH_REDIS else [*UNWANTED, "cryptography"]
    script = f"""
import sys
import {module_of(service)}.app
print(*[name for name in {unwanted!r} if sys.modules.get(name)])
"""
    found = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    assert found.stdout.split() == []


def test_mongod_has_memory_for_the_sessions_of_its_clients_alone(tmp_path: Path) -> None:
    [program] = Mongo(tmp_path, free_port()).programs()
    containers = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    options = [
        containers["mongo_db"]["command"],
        _container_in_kubernetes("mongo")["args"],
        program.argv,
    ]
    for argv in options:
        flat = " ".join(argv).replace("=", " ")
        assert "--maxConns 900" in flat
        assert "--wiredTigerEngineConfigString session_max 2500" in flat


def test_erlang_has_a_table_for_the_processes_of_a_small_node(tmp_path: Path) -> None:
    node = RabbitMQ(tmp_path, [free_port() for _ in range(4)], secret="only-for-tests")
    containers = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    name = "RABBITMQ_MAX_NUMBER_OF_PROCESSES"
    assert node.environment()[name] == str(containers["rabbitmq"]["environment"][name])
    swarm = yaml.safe_load((ROOT / "deploy/swarm/stores.yml").read_text())["services"]
    assert swarm["rabbitmq"]["environment"][name] == containers["rabbitmq"]["environment"][name]
    in_kubernetes = {one["name"]: one for one in _container_in_kubernetes("rabbitmq")["env"]}
    assert in_kubernetes[name]["value"] == node.environment()[name]


def _container_in_kubernetes(store: str) -> dict[str, Any]:
    text = (ROOT / f"deploy/kubernetes/overlays/small/{store}.yaml").read_text()
    sets = [each for each in yaml.safe_load_all(text) if each["kind"] == "StatefulSet"]
    [containers] = [each["spec"]["template"]["spec"]["containers"] for each in sets]
    return dict(containers[0])
