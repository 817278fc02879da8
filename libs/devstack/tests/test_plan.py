"""Ports, secrets and variables of a suite that does not run."""

import json
import socket
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest
from devstack.plan import Plan, own_stores
from devstack.ports import LOOPBACK, free_port
from devstack.program import StartError
from devstack.redis import Redis
from devstack.services import SERVICES

PORTS = {"GATEWAY_PORT": str(free_port()), "PAGE_PORT": str(free_port())}

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"

ALL_URIS = {
    "MONGO_USER_URI": "mongodb://elsewhere/users",
    "MONGO_TASKS_URI": "mongodb://elsewhere/tasks",
    "MONGO_ACTIVITY_URI": "mongodb://elsewhere/activities",
    "MONGO_GATEWAY_URI": "mongodb://elsewhere/plans",
    "REDIS_URI": "redis://elsewhere/0",
    "RABBITMQ_URI": "amqp://elsewhere/",
}


def plan(directory: Path, *running: str, **settings: str) -> Plan:
    return Plan(directory, directory, PORTS | settings, set(running), with_page=True)


def services(plan: Plan) -> dict[str, Mapping[str, str]]:
    """The environment of each."""
    plan.with_page = False
    return {program.name: program.env for program in plan.programs()}


def listening(port: int = 0) -> socket.socket:
    server = socket.create_server((LOOPBACK, port))
    server.listen()
    return server


def test_a_store_that_is_given_by_uri_is_not_started(tmp_path: Path) -> None:
    suite = plan(tmp_path, **ALL_URIS, MONGO_URI="mongodb://whose/is-this")
    assert suite.stores == []
    for name in ("user", "tasks", "activity"):
        env = suite.environment(f"{name}-service")
        assert env["MONGO_URI"] == ALL_URIS[f"MONGO_{name.upper()}_URI"]
        assert env.get("REDIS_URI", ALL_URIS["REDIS_URI"]) == ALL_URIS["REDIS_URI"]
    gateway = suite.environment("api-gateway")
    assert gateway["REDIS_URI"] == ALL_URIS["REDIS_URI"]
    assert gateway["MONGO_URI"] == ALL_URIS["MONGO_GATEWAY_URI"]
    assert suite.environment("tasks-service")["RABBITMQ_URI"] == ALL_URIS["RABBITMQ_URI"]


def test_with_tracing_every_service_is_told_where_the_receiver_is(tmp_path: Path) -> None:
    told = {name: env.get(ENDPOINT) for name, env in services(plan(tmp_path, TRACE="1")).items()}
    endpoint = told.pop("tasks-service")
    assert endpoint is not None
    assert told.pop("traces") is None
    assert [name for name in SERVICES if told.get(name, endpoint) != endpoint] == []
    assert ENDPOINT not in plan(tmp_path).environment("tasks-service")
    elsewhere = plan(tmp_path, TRACE="1", **{ENDPOINT: "http://elsewhere:4318"})
    assert elsewhere.environment("tasks-service")[ENDPOINT] == "http://elsewhere:4318"


def test_what_libraries_read_reaches_every_service_and_not_the_page(tmp_path: Path) -> None:
    given = {
        "OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20key",
        "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=home",
    }
    suite = plan(tmp_path, SSL_CERT_FILE="ca.pem", **given)
    for name in SERVICES:
        env = suite.environment(name)
        assert env.items() >= given.items()
        assert env["SSL_CERT_FILE"] == str(Path.cwd() / "ca.pem")  # from wherever it runs
    assert {"SSL_CERT_FILE", *given}.isdisjoint(suite.environment("page"))
    assert "SSL_CERT_FILE" not in plan(tmp_path).environment("tasks-service")


def test_mongodb_is_started_while_one_of_its_uris_is_missing() -> None:
    settings = ALL_URIS | {"MONGO_TASKS_URI": ""}
    assert own_stores(settings) == ["mongo"]


def test_given_and_own_databases_go_together(tmp_path: Path) -> None:
    mixed = plan(tmp_path, MONGO_USER_URI="mongodb://elsewhere/users")
    assert mixed.environment("user-service")["MONGO_URI"] == "mongodb://elsewhere/users"
    tasks, activity = mixed.environment("tasks-service"), mixed.environment("activity-service")
    assert tasks["MONGO_URI"].startswith("mongodb://tasks-service:")
    assert activity["RABBITMQ_URI"].startswith("amqp://activity-service:")


def test_secrets_are_made_once_and_read_by_nobody_else(tmp_path: Path) -> None:
    first, second = plan(tmp_path), plan(tmp_path)
    made = first.environment("user-service")["JWT_SECRET"]
    assert second.environment("user-service")["JWT_SECRET"] == made
    assert len(made) >= 32
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_a_given_secret_is_used_and_not_kept(tmp_path: Path) -> None:
    given = plan(tmp_path, JWT_SECRET="given")
    assert given.environment("user-service")["JWT_SECRET"] == "given"
    assert "given" not in (tmp_path / "secrets.json").read_text()


def test_during_a_rotation_stores_and_services_are_told_both_secrets(tmp_path: Path) -> None:
    plan(tmp_path)
    file = tmp_path / "secrets.json"
    known = json.loads(file.read_text())
    added = {"REDIS_PASSWORD_FALLBACK": "old", "JWT_SECRET_FALLBACK": "old"}
    file.write_text(json.dumps(known | added))
    rotated = plan(tmp_path, INTERNAL_SECRET_FALLBACK="given")
    told = rotated.environment("api-gateway")
    assert (told["JWT_SECRET"], told["JWT_SECRET_FALLBACK"]) == (known["JWT_SECRET"], "old")
    assert told["INTERNAL_SECRET_FALLBACK"] == "given"
    assert {name for name in told if "REDIS" in name} == {"REDIS_URI"}
    [store] = [store for store in rotated.stores if isinstance(store, Redis)]
    store.programs()
    assert (store.directory / "redis.conf").read_text().count("#") == 2 * 3


def test_two_starts_have_the_same_ports(tmp_path: Path) -> None:
    assert plan(tmp_path).ports["user-service"] == plan(tmp_path).ports["user-service"]


def test_each_service_has_an_internal_port_for_metrics_of_its_own(tmp_path: Path) -> None:
    suite = plan(tmp_path, **ALL_URIS, METRICS_PORT="9")
    told = [variables.get("METRICS_PORT") for variables in services(suite).values()]
    assert sorted(map(str, suite.metrics_ports.values())) == sorted(filter(None, told))
    assert len({*suite.metrics_ports.values(), *suite.ports.values()}) == 8
    assert plan(tmp_path).metrics_ports == suite.metrics_ports


def test_a_port_that_was_taken_in_the_meantime_is_replaced(tmp_path: Path) -> None:
    port = plan(tmp_path).ports["user-service"]
    with listening(port):
        assert plan(tmp_path).ports["user-service"] != port
    with listening(new := plan(tmp_path).ports["user-service"]):
        # While it runs it is the one that listens.
        assert plan(tmp_path, "user-service").ports["user-service"] == new


def test_a_taken_public_port_is_one_sentence_with_the_remedy(tmp_path: Path) -> None:
    with listening() as other:
        port = other.getsockname()[1]
        with pytest.raises(StartError, match=rf"Port {port} is taken by pid \d+ .*GATEWAY_PORT="):
            plan(tmp_path, GATEWAY_PORT=str(port))


def test_gateway_and_page_have_ports_of_their_own(tmp_path: Path) -> None:
    port = str(free_port())
    with pytest.raises(StartError, match=f"PAGE_PORT={port}"):
        plan(tmp_path, GATEWAY_PORT=port, PAGE_PORT=port)


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    with pytest.raises(StartError, match="PAGE_PORT"):
        plan(tmp_path, PAGE_PORT=port)


def test_the_page_finds_the_gateway_and_may_call_it_under_both_local_names(tmp_path: Path) -> None:
    suite = plan(tmp_path, **ALL_URIS, PAGE_PORT="3005")
    page = {"PORT": "3005", "GATEWAY_PORT": PORTS["GATEWAY_PORT"]}
    assert suite.environment("page") == page
    env = services(suite)
    origins = "http://localhost:3005,http://127.0.0.1:3005"
    assert env["api-gateway"]["CORS_ORIGINS"] == origins


def test_a_setting_reaches_the_service_that_knows_it_alone(tmp_path: Path) -> None:
    env = services(plan(tmp_path, **ALL_URIS, RATE_LIMIT_PER_MINUTE="5", LOG_LEVEL="debug"))
    assert env["api-gateway"]["RATE_LIMIT_PER_MINUTE"] == "5"
    assert "RATE_LIMIT_PER_MINUTE" not in env["user-service"]
    assert [name for name in env if "REFRESH_SECRET" in env[name]] == ["user-service"]
    assert {variables["LOG_LEVEL"] for variables in env.values()} == {"debug"}


def test_changed_code_makes_another_program_of_its_service_alone(tmp_path: Path) -> None:
    code = tmp_path / "user-service" / "user_service" / "app.py"
    code.parent.mkdir(parents=True)
    code.write_text("1")
    before = services(plan(tmp_path, **ALL_URIS))
    code.write_text("2")
    after = services(plan(tmp_path, **ALL_URIS))
    assert {name for name in before if before[name] != after[name]} == {"user-service"}


def test_a_page_that_was_never_built_is_one_sentence_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="`make page`"):
        plan(tmp_path, **ALL_URIS).programs()
