"""A whole suite, started again under other circumstances."""

import contextlib
import os
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from devstack.backups import restore_backup
from devstack.local_http import local_client
from devstack.ports import LOOPBACK
from devstack.program import StartError
from devstack.status import table
from devstack.suite import Suite
from devstack.testing import eventually

pytestmark = pytest.mark.xdist_group("devstack-suite")


def pids(suite: Suite) -> dict[str, int]:
    return {name: process.pid for name, process in suite.states().items()}


def register(suite: Suite, email: str) -> int:
    body = {"username": "hunter", "email": email, "password": "a good one"}
    with local_client(suite.gateway_url) as http:
        return http.post("/api/users/auth/register", json=body, timeout=60.0).status_code


def processes_of(directory: Path) -> set[str]:
    """The command lines of all processes that name the directory in arguments or environment."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            told = command + (process / "environ").read_bytes()
        except OSError:
            continue
        if str(directory).encode() in told and int(process.name) != os.getpid():
            found.add(command.replace(b"\0", b" ").decode())
    return found


@contextlib.contextmanager
def another_program_on(port: int) -> Iterator[None]:
    server = socketserver.TCPServer((LOOPBACK, port), socketserver.BaseRequestHandler, False)
    server.allow_reuse_address = True
    server.server_bind()
    server.server_activate()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_second_up_changes_nothing(started: Suite) -> None:
    before = pids(started)
    started.up()
    assert pids(started) == before


def test_an_up_with_another_setting_restarts_the_one_that_knows_it(started: Suite) -> None:
    before = pids(started)
    settings = dict(started._settings) | {"RATE_LIMIT_PER_MINUTE": "1000"}
    Suite(started.root, started.directory, settings, tied=True).up()
    after = pids(started)
    assert {name for name in before if before[name] != after[name]} == {"api-gateway"}


def test_nothing_is_restored_into_a_suite_that_runs(started: Suite, tmp_path: Path) -> None:
    before = pids(started)
    with pytest.raises(StartError, match="`make down` first"):
        restore_backup(started, tmp_path / "any.zip")
    assert pids(started) == before


async def test_a_killed_service_comes_back(started: Suite) -> None:
    before = started.states()["tasks-service"]
    started.kill("tasks-service")
    await eventually(lambda: started.states()["tasks-service"].restarts == before.restarts + 1)
    started.wait_ready()
    assert "tasks-service" in table(started)


def test_an_up_after_a_killed_supervisord_finds_the_data(started: Suite) -> None:
    assert register(started, "survivor@example.com") == 201
    [supervisord] = started._processes()
    supervisord.kill()
    started.up()
    assert register(started, "survivor@example.com") == 409


async def test_a_down_leaves_no_process_and_an_up_on_other_ports_finds_the_data(
    started: Suite,
) -> None:
    assert register(started, "mover@example.com") == 201
    ports = {store.name: store.port for store in started.plan.stores}
    started.down()
    await eventually(lambda: not processes_of(started.directory))
    assert table(started) == "The suite is down: `make up` starts it."

    with contextlib.ExitStack() as others:
        for port in ports.values():
            others.enter_context(another_program_on(port))
        started.up()
        assert all(ports[store.name] != store.port for store in started.plan.stores)
        assert register(started, "mover@example.com") == 409
