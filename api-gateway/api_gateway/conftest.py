"""The gateway as it is served, between a raw client and services made for the test."""

import asyncio
import secrets
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import jwt
import pytest
import uvicorn
from chassis.background import running
from chassis.redis import RedisClient, open_redis
from contracts.blacklist import READY_KEY, ReadyMark
from contracts.claims import ALGORITHM, AUDIENCE, ISSUER
from devstack.testing import eventually
from starlette.types import ASGIApp, Receive, Scope, Send

from api_gateway.app import create_app
from api_gateway.edge import security_headers
from api_gateway.protocol import public_protocol
from api_gateway.settings import GatewaySettings

ORIGIN = "http://localhost:3000"
USER_ID = "0123456789abcdef01234567"
SECRET = GatewaySettings().jwt_secret.get_secret_value()

Behaviour = Callable[[Scope, Receive, Send], Awaitable[None]]


async def until(check: Callable[[], Awaitable[bool]], within: float = 10.0) -> None:
    """Wait until `check` says so, at most `within` seconds."""
    reached: bool = await eventually(check, within=within)
    assert reached


@asynccontextmanager
async def served(
    app: ASGIApp, http: type[asyncio.Protocol] | str = "httptools", *, lifespan: str = "off"
) -> AsyncIterator[int]:
    """The port on which a real server serves `app`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                http=http,
                ws="none",
                lifespan=lifespan,  # type: ignore[arg-type]  # "on" or "off"
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=1,
            )
        )
        task = asyncio.create_task(server.serve(sockets=[listener]))
        await eventually(lambda: server.started or task.done())
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            await task


async def send_json(
    send: Send, body: bytes, status: int = 200, *headers: tuple[bytes, bytes]
) -> None:
    """A whole answer."""
    start = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": [*start, *headers]})
    await send({"type": "http.response.body", "body": body})


@dataclass
class Seen:
    """One request as it reached a service. `whole`: its body was read to the end."""

    method: str
    path: bytes
    query: bytes
    headers: list[tuple[str, str]]
    body: bytes = b""
    whole: bool = False
    gone: bool = False

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    def one(self, name: str) -> str:
        (value,) = self.all(name)
        return value


@dataclass
class Peer:
    """A service: what it has seen, and how it behaves."""

    seen: list[Seen] = field(default_factory=list)
    questions: list[Seen] = field(default_factory=list)
    revoked: Callable[[], Awaitable[bytes | None]] | None = None
    behaviour: Behaviour | None = None
    url: str = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(key.decode(), value.decode()) for key, value in scope["headers"]]
        seen = Seen(scope["method"], scope["raw_path"], scope["query_string"], headers)
        if scope["path"] == "/ready":
            await send_json(send, b"{}")
        elif scope["path"] == "/internal/revocations":
            self.questions.append(seen)
            answer = await self.revoked() if self.revoked else b'{"revoked": false}'
            await send_json(send, answer or b"{}", 200 if answer else 503)
        else:
            self.seen.append(seen)
            await (self.behaviour or self._echo)(scope, self._reading(seen, receive), send)

    def _reading(self, seen: Seen, receive: Receive) -> Receive:
        async def read() -> Any:  # noqa: ANN401 — an ASGI message
            message = await receive()
            seen.gone = message["type"] == "http.disconnect"
            seen.body += message.get("body", b"")
            seen.whole = not seen.gone and not message.get("more_body", False)
            return message

        return read

    @staticmethod
    async def _echo(_scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message["body"]
            if not message["more_body"]:
                break
        await send_json(send, body or b"{}")


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    """One service in the place of all three."""
    peer = Peer()
    async with served(peer) as port:
        peer.url = f"http://127.0.0.1:{port}"
        yield peer


class Marker:
    """The part of user-service that speaks to Redis."""

    def __init__(self, redis: RedisClient) -> None:
        self.redis = redis.commands

    async def mark(self, run_id: str | None = None, renewed_at: float | None = None) -> None:
        """Set the ready mark; times in seconds since the epoch."""
        process = run_id or str((await self.redis.info("server"))["run_id"])
        moment = int((time.time() if renewed_at is None else renewed_at) * 1000)
        await self.redis.set(READY_KEY, ReadyMark(process, moment).encode(), ex=900)

    async def keep_marking(self) -> None:
        while True:
            await self.mark()
            await asyncio.sleep(0.2)


@pytest.fixture
async def marker(redis_uri: str) -> AsyncIterator[Marker]:
    """With a client of the Redis that the gateway uses."""
    async with open_redis(redis_uri) as client:
        yield Marker(client)


@pytest.fixture
async def ready(marker: Marker) -> AsyncIterator[None]:
    """Redis holds all revocations, and user-service keeps saying so."""
    await marker.mark()
    async with running(marker.keep_marking()):
        yield


@dataclass
class Wire:
    """A raw connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def write(self, data: str | bytes) -> None:
        self.writer.write(data.encode("latin-1") if isinstance(data, str) else data)
        await self.writer.drain()

    async def read(self, until: bytes | None = None) -> bytes:
        """What arrives, up to and with `until`, else until the other side hangs up."""
        async with asyncio.timeout(20):
            if until is not None:
                return await self.reader.readuntil(until)
            return await self.reader.read()


@dataclass
class Gate:
    """The gateway as a client sees it."""

    port: int
    client: httpx2.AsyncClient

    @asynccontextmanager
    async def connected(self) -> AsyncIterator["Wire"]:
        """A connection, broken off at the end."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            yield Wire(reader, writer)
        finally:
            writer.transport.abort()

    async def raw(self, data: str | bytes) -> bytes:
        """All that comes back for these bytes before the gateway hangs up."""
        async with self.connected() as wire:
            await wire.write(data)
            return await wire.read()


@asynccontextmanager
async def open_gate(**settings: Any) -> AsyncIterator[Gate]:  # noqa: ANN401 — the fields' own types
    """The gateway with these settings, on a port of its own."""
    configured = GatewaySettings(environment="test", **settings)
    protocol = public_protocol(security_headers(production=False))
    async with (
        served(create_app(configured), protocol, lifespan="on") as port,
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client,
    ):
        yield Gate(port, client)


def urls(peer: Peer) -> dict[str, str]:
    """The peer in the place of every service."""
    return {f"{name}_service_url": peer.url for name in ("user", "tasks", "activity")}


@pytest.fixture
async def gate(peer: Peer, redis_uri: str, ready: None) -> AsyncIterator[Gate]:  # noqa: ARG001 — it has to be
    """The gateway in good health."""
    async with open_gate(redis_uri=redis_uri, **urls(peer)) as gate:
        yield gate


def claims(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 — any shape a forger may think of
    """The claims of a good token, but for `changes`."""
    now = int(time.time())
    good = {"user": {"id": USER_ID}, "sid": "session-1", "jti": secrets.token_hex(8)}
    return good | {"iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 900} | changes


def token(**changes: Any) -> str:  # noqa: ANN401 — any shape a forger may think of
    """A signed token; good, but for `changes` of its claims."""
    return jwt.encode(claims(**changes), SECRET, ALGORITHM)


def bearer(**changes: Any) -> dict[str, str]:  # noqa: ANN401 — any shape a forger may think of
    """The header with a token in it."""
    return {"authorization": f"Bearer {token(**changes)}"}
