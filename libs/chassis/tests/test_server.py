"""The server as a process: what it leaves to the garbage collector, and what it says at its end."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from chassis.server import NEW_OBJECTS

PROGRAM = """
import gc, json
from contextlib import asynccontextmanager
import structlog, uvicorn
from chassis.logs import configure_logs
from chassis.server import Server
from starlette.applications import Starlette

class ToldServer(Server):
    async def startup(self, sockets=None):
        loaded = len(gc.get_objects())
        await super().startup(sockets)
        print(json.dumps([loaded, gc.get_freeze_count(), gc.get_threshold()[0]]), flush=True)

@asynccontextmanager
async def lifespan(app):
    yield
    structlog.get_logger().info("closed")

configure_logs("note-service", log_format="json")
ToldServer(uvicorn.Config(Starlette(lifespan=lifespan), port=0, log_config=None)).run()
"""


@contextmanager
def started() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_what_is_loaded_is_not_walked_again_by_the_garbage_collector() -> None:
    with started() as process:
        assert process.stdout is not None
        loaded, frozen, threshold = json.loads(process.stdout.readline())
    assert frozen > 0.9 * loaded
    assert threshold == NEW_OBJECTS


def test_the_last_line_is_written_before_the_signal_ends_the_process() -> None:
    with started() as process:
        assert process.stdout is not None
        process.stdout.readline()  # it serves
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=60)
    assert json.loads(rest)["event"] == "closed"
    assert process.returncode == -signal.SIGTERM
