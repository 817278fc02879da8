"""`make doctor`: what is wrong with a machine, each with its remedy."""

import socket
from collections.abc import Mapping, Set
from pathlib import Path

import pytest
from devstack import doctor
from devstack.doctor import Finding, findings, report
from devstack.ports import LOOPBACK, free_port
from devstack.services import GATEWAY
from devstack.state import State
from devstack.testing import NOBODYS_PORT

OWN_PORTS = {"GATEWAY_PORT": str(free_port()), "PAGE_PORT": str(free_port())}
NOWHERE = f"{LOOPBACK}:{NOBODYS_PORT}"


def found(
    directory: Path, settings: Mapping[str, str], running: Set[str] = frozenset()
) -> dict[str, Finding]:
    all_of_them = findings(directory, directory, {**OWN_PORTS, **settings}, running)
    return {finding.subject: finding for finding in all_of_them}


def test_a_taken_port_is_named_with_who_has_it(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        finding = found(tmp_path, {"GATEWAY_PORT": str(port)})["GATEWAY_PORT"]
    assert finding.found.startswith(f"{port} is taken by pid ")
    assert "another port with GATEWAY_PORT=" in finding.remedy


def test_a_port_is_the_suites_own_only_while_the_suite_runs(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        State(tmp_path).remember(GATEWAY, [port])
        settings = {"GATEWAY_PORT": str(port)}
        assert found(tmp_path, settings, {GATEWAY})["GATEWAY_PORT"].remedy == ""
        assert found(tmp_path, settings)["GATEWAY_PORT"].remedy


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_what_is_no_port_is_said(tmp_path: Path, port: str) -> None:
    assert found(tmp_path, {"PAGE_PORT": port})["PAGE_PORT"].remedy


def test_example_secrets_are_named_and_not_shown(tmp_path: Path) -> None:
    # No address is loopback, as in docker-compose.yml.
    (tmp_path / ".env").write_text("# note\nJWT_SECRET=change-me-please\nBIND_ADDRESS=\n")
    alone = found(tmp_path, {"REFRESH_SECRET": "change-me-too"})["secrets"]
    assert alone.found.startswith("examples: JWT_SECRET, REFRESH_SECRET;")
    assert alone.remedy == ""
    assert found(tmp_path, {"BIND_ADDRESS": "localhost"})["secrets"].remedy == ""
    for reachable in ({"BIND_ADDRESS": "0.0.0.0"}, {"ENVIRONMENT": "production"}):
        finding = found(tmp_path, reachable)["secrets"]
        assert finding.found == "examples: JWT_SECRET"
        assert "make env" in finding.remedy


def test_stores_that_answer_are_fine(
    tmp_path: Path, mongo_uri: str, redis_uri: str, rabbitmq_uri: str
) -> None:
    stores = {"MONGO_TASKS_URI": mongo_uri, "REDIS_URI": redis_uri, "RABBITMQ_URI": rabbitmq_uri}
    looked_at = found(tmp_path, stores)
    assert [(looked_at[name].found[:7], looked_at[name].remedy) for name in stores] == [
        ("answers", "")
    ] * len(stores)


def test_stores_that_are_away_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, redis_uri: str
) -> None:
    monkeypatch.setattr(doctor, "TIMEOUT", 1)
    stores = {
        "MONGO_USER_URI": f"mongodb://{NOWHERE}/users?replicaSet=rs0",
        "REDIS_URI": f"redis://{NOWHERE}/0",
        "RABBITMQ_URI": redis_uri.replace("redis://", "amqp://"),  # answers, but not as a broker
    }
    looked_at = found(tmp_path, stores)
    for name in stores:
        assert looked_at[name].found.startswith("is not reached: ")
        assert looked_at[name].remedy


def test_an_old_server_and_a_clock_that_differs_are_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, redis_uri: str
) -> None:
    monkeypatch.setattr(doctor, "REDIS_VERSION", "99.0")
    assert "99.0 is the oldest" in found(tmp_path, {"REDIS_URI": redis_uri})["REDIS_URI"].remedy
    monkeypatch.undo()
    monkeypatch.setattr(doctor, "MOST_CLOCK_DIFFERENCE", -1e6)
    assert "by NTP" in found(tmp_path, {"REDIS_URI": redis_uri})["REDIS_URI"].remedy


def test_little_memory_and_little_disk_have_a_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(doctor, "LEAST_MEMORY", 2**60)
    monkeypatch.setattr(doctor, "LEAST_DISK", 2**60)
    looked_at = found(tmp_path, {})
    assert looked_at["memory"].remedy
    assert looked_at["disk"].remedy


def test_the_report_has_a_line_for_each_finding_and_for_each_remedy() -> None:
    text, is_fine = report([Finding("disk", "is full", "free some"), Finding("memory", "enough")])
    assert text.splitlines() == ["!!  disk: is full", "      free some", "ok  memory: enough"]
    assert not is_fine
    assert report([Finding("memory", "enough")]) == ("ok  memory: enough", True)
