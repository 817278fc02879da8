"""One service of a running suite in the foreground: `make dev` and `make debug`."""

import asyncio
import contextlib
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from devstack.local_http import local_client
from devstack.ports import LOOPBACK, free_port, is_free, listener
from devstack.suite import Suite
from devstack.testing import eventually

pytestmark = pytest.mark.xdist_group("devstack-suite")

SERVICE = "tasks-service"
# The command line, for another checkout than this one.
COMMAND = """
import sys
from pathlib import Path
from devstack import __main__ as command
command.ROOT, command.DIRECTORY = Path(sys.argv.pop(1)), Path(sys.argv.pop(1))
command.main()
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout without code: what runs is the code that is installed."""
    for folder in (f"{SERVICE}/tasks_service", "libs/chassis/chassis", "libs/contracts/contracts"):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path


@contextlib.contextmanager
def running(root: Path, suite: Suite, *arguments: str) -> Iterator[None]:
    """The command in the body; afterwards Ctrl-C, which it has to obey without a fault."""
    command = [sys.executable, "-c", COMMAND, str(root), str(suite.directory), *arguments]
    with subprocess.Popen(command, start_new_session=True) as process:
        try:
            yield
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=120) == 0
        finally:
            process.kill()


def is_supervised(suite: Suite) -> bool:
    return suite.states()[SERVICE].state in {"STARTING", "RUNNING"}


def answers(port: int) -> bool:
    with local_client() as client, contextlib.suppress(httpx2.TransportError):
        return client.get(f"http://{LOOPBACK}:{port}/health").is_success
    return False


async def test_dev_runs_a_service_here_and_anew_when_its_code_changes(
    started: Suite, root: Path
) -> None:
    port = started.plan.ports[SERVICE]
    with running(root, started, "dev", SERVICE):
        await eventually(lambda: answers(port) and not is_supervised(started))
        first = listener(port)
        watched = root / SERVICE / "tasks_service/changed.py"
        # Written again if need be: a service may answer before its code is watched. Not too soon:
        # a change also ends a service that has just been started anew.
        await eventually(lambda: runs_anew(watched, port, first), within=200)
        await eventually(lambda: answers(port))
    assert is_supervised(started)
    started.wait_ready()


async def runs_anew(watched: Path, port: int, first: str) -> bool:
    """Whether, after a change of that file, another process than the first listens there."""
    await asyncio.to_thread(watched.write_text, str(time.monotonic()))
    return await eventually(
        lambda: listener(port) not in {first, "another program"}, within=40, every=0.5
    )


async def test_debug_runs_a_service_here_once_a_debugger_has_attached(
    started: Suite, root: Path
) -> None:
    port, debug_port = started.plan.ports[SERVICE], free_port()
    with running(root, started, "debug", SERVICE, str(debug_port)):
        await eventually(lambda: not is_free(debug_port))
        assert is_free(port)
        with socket.create_connection((LOOPBACK, debug_port), timeout=60) as debugger:
            attach(debugger)
            await eventually(lambda: answers(port))
    assert is_supervised(started)
    started.wait_ready()


def attach(connection: socket.socket) -> None:
    """As the Debug Adapter Protocol has it: initialize, attach, and let the program go on."""
    with connection.makefile("rwb") as stream:

        def ask(command: str, **arguments: object) -> None:
            request = {"seq": 1, "type": "request", "command": command, "arguments": arguments}
            body = json.dumps(request).encode()
            stream.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            stream.flush()

        def read() -> dict[str, Any]:
            length = int(stream.readline().removeprefix(b"Content-Length: "))
            assert stream.readline() == b"\r\n"
            message: dict[str, Any] = json.loads(stream.read(length))
            return message

        ask("initialize", adapterID="test")
        while read().get("command") != "initialize":
            pass
        ask("attach", justMyCode=True)
        while read().get("event") != "initialized":
            pass
        ask("configurationDone")
        while read().get("command") != "configurationDone":
            pass
