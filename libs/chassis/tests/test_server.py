"""The server: what a started process leaves to the garbage collector."""

import json
import subprocess
import sys

from chassis.server import NEW_OBJECTS

PROGRAM = """
import asyncio, gc, json
import uvicorn
from chassis.server import Server

async def main():
    server = Server(uvicorn.Config(lambda *_: None, port=0, lifespan="off", log_config=None))
    loaded = len(gc.get_objects())
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    server.should_exit = True
    await serving
    print(json.dumps([loaded, gc.get_freeze_count(), gc.get_threshold()[0]]))

asyncio.run(main())
"""


def test_what_is_loaded_is_not_walked_again_by_the_garbage_collector() -> None:
    command = [sys.executable, "-c", PROGRAM]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    loaded, frozen, threshold = json.loads(ended.stdout)
    assert frozen > 0.9 * loaded
    assert threshold == NEW_OBJECTS
