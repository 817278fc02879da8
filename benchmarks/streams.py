"""What idle streams cost a gateway: memory for each, and what a list beside them loses.

    python benchmarks/streams.py [--streams 2000] [--seconds 5] [--rounds 3]

Processes on this machine: an upstream that responds to a list at once and to a stream with a comment each
eight seconds, as activity-service does; a real Redis; the gateway, its limits of connections raised. Each
stream has a session of its own, and ten are of one user. In turn, round by round, `wrk` loads a list
without streams and beside them; the medians are printed. The comments, the look at the sessions and the
opening of the streams are the gateway's own work, so they are in its processor time.
"""

import argparse
import asyncio
import re
import resource
import statistics
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import wrk
from api_gateway.settings import Settings
from devstack.ports import free_port
from gateway import Figures, access_token, load, own_stores, renew, running

OF_USER = 10
AT_ONCE = 50  # streams being opened


def resident_kilobytes(pid: int) -> int:
    """What a process has in memory of its own (Linux, proc(5))."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(number) for number in re.findall(r"^Private_\w+:\s+(\d+)", rollup, re.MULTILINE))


@asynccontextmanager
async def idle_streams(port: int, count: int) -> AsyncIterator[None]:
    """So many streams, open and read, while the body runs."""
    secret = Settings().jwt_secret.get_secret_value()
    places = asyncio.Semaphore(AT_ONCE)

    async def opened(number: int) -> asyncio.StreamWriter:
        token = access_token(secret, user=f"{number // OF_USER:024x}")
        async with places:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            head = (
                f"GET /api/activity/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n"
            )
            writer.write(f"{head}\r\n".encode())
            if b" 200 " not in await reader.readuntil(b": connected"):
                sys.exit("a stream was refused")
        readers.append(asyncio.create_task(_read_on(reader)))
        return writer

    readers: list[asyncio.Task[None]] = []
    writers = await asyncio.gather(*(opened(number) for number in range(count)))
    try:
        yield
    finally:
        for task in readers:
            task.cancel()
        for writer in writers:
            writer.transport.abort()


async def _read_on(reader: asyncio.StreamReader) -> None:
    while await reader.read(65_536):
        pass
    sys.exit("a stream has ended")


async def measure(options: argparse.Namespace) -> None:
    """Start everything, load it in turn, print the table."""
    async with AsyncExitStack() as stack:
        store, _ = stack.enter_context(own_stores())
        client = stack.enter_context(store.client())
        upstream, port = free_port(), free_port()
        peer = [
            sys.executable,
            str(Path(__file__).with_name("peers.py")),
            "upstream",
            str(upstream),
        ]
        stack.enter_context(running(peer, f"http://127.0.0.1:{upstream}"))
        connections = str(2 * options.streams + 1000)
        environment = {
            "PORT": str(port),
            "REDIS_URI": store.uri,
            "QUOTAS": "off",
            "LOG_FORMAT": "json",
            "MAX_CONNECTIONS": connections,
            "MAX_CONNECTIONS_PER_CLIENT": connections,
            **{
                f"{name}_SERVICE_URL": f"http://127.0.0.1:{upstream}"
                for name in ("USER", "TASKS", "ACTIVITY")
            },
        }
        url = f"http://127.0.0.1:{port}"
        gateway = [sys.executable, "-m", "api_gateway"]
        pid = stack.enter_context(running(gateway, f"{url}/health", environment))
        renew(client, ahead=3600)
        token = access_token(Settings().jwt_secret.get_secret_value())

        async def listed() -> Figures:
            return await load(f"{url}/api/tasks", pid, token, options.seconds, 32)

        await listed()  # so that what a gateway needs once is in its memory already
        alone, beside, kilobytes = [], [], []
        for _ in range(options.rounds):
            alone.append(await listed())
            before = resident_kilobytes(pid)
            async with idle_streams(port, options.streams):
                await asyncio.sleep(10)  # past the first comment to each
                kilobytes.append((resident_kilobytes(pid) - before) / options.streams)
                beside.append(await listed())
            await asyncio.sleep(3)
    show(options.streams, alone, beside, kilobytes)


def show(streams: int, alone: list[Figures], beside: list[Figures], kilobytes: list[float]) -> None:
    """The table: medians; the memory is that of the first time, later ones find some of it free."""
    print(f"{'idle streams':>13}{'list/s':>8}{'µs of CPU':>11}{'kB each':>9}")
    for count, figures, each in ((0, alone, None), (streams, beside, kilobytes[0])):
        rate, cost = (statistics.median(column) for column in zip(*figures, strict=True))
        print(f"{count:13}{rate:8.0f}{cost:11.0f}{'' if each is None else f'{each:9.1f}'}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=2000)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    wrk.require()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(measure(arguments))
