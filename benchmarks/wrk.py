"""Loading an address with `wrk`."""

import asyncio
import json
import re
import shutil
import subprocess
import sys
import tempfile
from typing import NamedTuple

_POST = """
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.body = [[{body}]]
"""
_UNITS = {"B": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}


class Answered(NamedTuple):
    """Requests per second, how many there were, and the bytes of their answers, heads included."""

    rate: float
    requests: int
    read: int


def require() -> None:
    """Say so at once when there is no wrk."""
    if shutil.which("wrk") is None:
        sys.exit("There is no wrk on PATH: run `apt-get install wrk` as root.")


async def post(url: str, body: object, *, token: str, seconds: int, connections: int) -> Answered:
    """As `load`, with a POST of this body as JSON."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_POST.format(body=json.dumps(body)))
        script.flush()
        options = ("-s", script.name)
        return await load(url, *options, token=token, seconds=seconds, connections=connections)


async def load(
    url: str, *options: str, token: str, seconds: int, connections: int = 32
) -> Answered:
    """Ask one address for some seconds; none of its answers may be an error."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", *options]
    command += ["-H", f"Authorization: Bearer {token}", url]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    report = (await process.communicate())[0].decode()
    rate = re.search(r"Requests/sec:\s+([\d.]+)", report)
    total = re.search(r"(\d+) requests in \S+, ([\d.]+)([KMG]?B) read", report)
    if rate is None or total is None or "Non-2xx" in report:
        sys.exit(f"{url} answered with errors:\n{report}")
    read = round(float(total[2]) * _UNITS[total[3]])
    return Answered(float(rate[1]), int(total[1]), read)
