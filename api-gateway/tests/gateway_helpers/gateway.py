"""For the tests: the gateway as it is served, a raw client, and tokens good and bad."""

import asyncio
import contextlib
import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import jwt
from api_gateway.app import create_app, create_protocol
from api_gateway.settings import Settings
from chassis_helpers.http import served
from contracts.claims import ALGORITHM, AUDIENCE, ISSUER

from gateway_helpers.raw_service import RawService, Script

ORIGIN = "http://localhost:3000"
USER_ID = "0123456789abcdef01234567"
SECRET = Settings().jwt_secret.get_secret_value()
A_DAY = 86_400  # some tests run hours after their modules were imported


def claims(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 — any shape a forger may think of
    """The claims of a good token, but for `changes`."""
    now = int(time.time())
    good = {"user": {"id": USER_ID}, "sid": "session-1", "jti": secrets.token_hex(8)}
    return good | {"iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + A_DAY} | changes


def token(**changes: Any) -> str:  # noqa: ANN401 — any shape a forger may think of
    """A signed token; good, but for `changes` of its claims."""
    return jwt.encode(claims(**changes), SECRET, ALGORITHM)


def bearer(**changes: Any) -> dict[str, str]:  # noqa: ANN401 — any shape a forger may think of
    """The header with a token in it."""
    return {"authorization": f"Bearer {token(**changes)}"}


def head(method: str = "POST", *lines: str, path: str = "/api/tasks") -> str:
    """The head of a request with a good token."""
    fields = ["Host: x", f"Authorization: {bearer()['authorization']}", *lines]
    return f"{method} {path} HTTP/1.1\r\n" + "".join(f"{line}\r\n" for line in fields) + "\r\n"


def only_error(received: bytes, status: int) -> dict[str, str]:
    """One answer and no more, in JSON, with an id and the security headers; gives its body."""
    assert received.count(b"HTTP/1.1 ") == 1, received
    start, _, body = received.partition(b"\r\n\r\n")
    lines = start.decode().split("\r\n")
    assert lines[0].startswith(f"HTTP/1.1 {status} ")
    fields = dict(line.split(": ", 1) for line in lines[1:])
    assert fields["x-content-type-options"] == "nosniff"
    assert fields["content-type"] == "application/json"
    assert fields["connection"] == "close"
    answer: dict[str, str] = json.loads(body)
    assert answer["requestId"] == fields["x-request-id"]
    return answer


@dataclass
class Stream:
    """A raw connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def write(self, data: str | bytes) -> None:
        self.writer.write(data.encode("latin-1") if isinstance(data, str) else data)
        await self.writer.drain()

    async def read(self, until: bytes | None = None) -> bytes:
        """What arrives, up to and with `until`, else until the other side hangs up."""
        async with asyncio.timeout(60):
            if until is not None:
                return await self.reader.readuntil(until)
            return await self.reader.read()


@dataclass
class RunningGateway:
    """The gateway as a client sees it."""

    port: int
    client: httpx2.AsyncClient

    @asynccontextmanager
    async def connected(self) -> AsyncIterator["Stream"]:
        """A connection, broken off at the end."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            yield Stream(reader, writer)
        finally:
            writer.transport.abort()

    async def raw(self, data: str | bytes) -> bytes:
        """All that comes back for these bytes before the gateway hangs up."""
        async with self.connected() as stream:
            await stream.write(data)
            return await stream.read()


@asynccontextmanager
async def run_gateway(**settings: Any) -> AsyncIterator[RunningGateway]:  # noqa: ANN401 — the fields' own types
    """The gateway with these settings, on a port of its own."""
    configured = Settings(environment="test", **settings)
    async with (
        served(create_app(configured), create_protocol(configured), lifespan="on") as port,
        # No certificates are needed, and they take 40 ms to load.
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60, verify=False) as client,
    ):
        yield RunningGateway(port, client)


@contextlib.asynccontextmanager
async def gateway_to(
    script: Script, redis_uri: str, **settings: float
) -> AsyncIterator[tuple[RunningGateway, RawService]]:
    """A gateway in front of a scripted service."""
    service = RawService(script)
    server = await asyncio.start_server(service.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    addresses = {
        f"{name}_service_url": f"http://127.0.0.1:{port}" for name in ("user", "tasks", "activity")
    }
    async with server, run_gateway(redis_uri=redis_uri, **addresses, **settings) as gateway:
        yield gateway, service
