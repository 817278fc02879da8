"""One program of a running suite, run in the foreground while its code is worked on."""

import contextlib
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from devstack.program import StartError
from devstack.services import GATEWAY, PAGE, code_of, module_of, with_node
from devstack.state import State
from devstack.suite import Suite

_BIN = Path(sys.executable).parent


def reload(suite: Suite, name: str) -> int:
    """Run a service, or the page, anew whenever its code changes; returns its exit status."""
    if name == PAGE:
        return _run_page(suite)
    env = suite.service_environment(name)
    again = shlex.join([sys.executable, "-m", module_of(name)])
    watch = [f"{_BIN}/watchfiles", "--filter", "python", again]
    return _run(suite, name, [*watch, *map(str, code_of(name, suite.root))], env)


def debug(suite: Suite, name: str, port: str) -> int:
    """Run a service that waits on `port` for a debugger; returns its exit status."""
    env = suite.service_environment(name)
    waits = ["--listen", f"127.0.0.1:{port}", "--wait-for-client"]
    debugpy = [sys.executable, "-Xfrozen_modules=off", "-m", "debugpy", *waits]
    return _run(suite, name, [*debugpy, "-m", module_of(name)], env)


def _run_page(suite: Suite) -> int:
    ports = State(suite.directory)
    [gateway] = ports.known_ports(GATEWAY) or [4000]
    port = os.environ.get("PAGE_PORT") or "3000"
    env = dict(os.environ) | {"GATEWAY_PORT": str(gateway), "NEXT_TELEMETRY_DISABLED": "1"}
    command = with_node(suite.root, "node_modules/.bin/next", "dev", "--port", port)
    return _run(suite, PAGE, command, env, cwd=f"{suite.root}/frontend")


def _run(
    suite: Suite, name: str, command: Sequence[str], env: dict[str, str], cwd: str | None = None
) -> int:
    with _put_aside(suite, name):
        # In a group of its own, since watchfiles ends the service itself: the terminal's Ctrl-C
        # would reach the service as well.
        guarded = ["setpriv", "--pdeathsig", "TERM", "--", *command]
        process = subprocess.Popen(guarded, env=env, cwd=cwd, process_group=0)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: process.terminate())
        return max(0, process.wait())  # below: by the signal that was to end it


@contextlib.contextmanager
def _put_aside(suite: Suite, name: str) -> Iterator[None]:
    """Its place and its port are free meanwhile, and it runs under supervision again afterwards."""
    states = suite.states()
    if not states:
        raise StartError("The suite is down: `make up` first.")
    if name not in states:  # the page, switched off
        yield
        return
    suite.stop(name)
    print(f"{name} is stopped under supervision and runs here: Ctrl-C ends that.", flush=True)
    try:
        yield
    finally:
        suite.start(name)
        print(f"{name} runs under supervision again.")
