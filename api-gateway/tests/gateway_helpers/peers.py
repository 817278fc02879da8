"""For the tests: services as real servers, well-behaved and not, and user-service's word in Redis."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from chassis.identity import verify_identity
from chassis.redis import RedisClient
from contracts.blacklist import KEY, ready_mark
from contracts.identity import InternalIdentity
from contracts.revocation import REVOKED_PATH
from starlette.types import Receive, Scope, Send

Behaviour = Callable[[Scope, Receive, Send], Awaitable[None]]


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

    def identity(self, service: str, secret: str) -> InternalIdentity:
        """Who sent it, as `service` with this secret reads that."""
        return verify_identity(
            self.one("x-internal-identity"),
            audience=service,
            secrets=(secret,),
            method=self.method,
            path=self.path.decode(),
        )


@dataclass
class Peer:
    """A service: what it has seen, and how it behaves."""

    seen: list[Seen] = field(default_factory=list)
    questions: list[Seen] = field(default_factory=list)
    readiness_questions: int = 0
    many_questions: list[Seen] = field(default_factory=list)
    revoked: Callable[[], Awaitable[bytes | None]] | None = None
    revoked_sessions: set[str] | None = None
    behaviour: Behaviour | None = None
    url: str = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(key.decode(), value.decode()) for key, value in scope["headers"]]
        seen = Seen(scope["method"], scope["raw_path"], scope["query_string"], headers)
        if scope["path"] == "/ready":
            self.readiness_questions += 1
            await send_json(send, b"{}")
        elif scope["path"] == "/internal/revocations":
            self.questions.append(seen)
            answer = await self.revoked() if self.revoked else b'{"revoked": false}'
            await send_json(send, answer or b"{}", 200 if answer else 503)
        elif scope["path"] == REVOKED_PATH:
            self.many_questions.append(seen)
            await self._say_revoked_sessions(seen, send)
        else:
            self.seen.append(seen)
            await (self.behaviour or self._echo)(scope, self._reading(seen, receive), send)

    async def _say_revoked_sessions(self, seen: Seen, send: Send) -> None:
        """Of those that were asked for; 503 if the test has not said which are revoked."""
        if self.revoked_sessions is None:
            await send_json(send, b"{}", 503)
            return
        asked = [pair.partition("=")[2] for pair in seen.query.decode().split("&")]
        revoked = [sid for sid in asked if sid in self.revoked_sessions]
        await send_json(send, json.dumps({"revoked": revoked}).encode())

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


def urls(peer: Peer) -> dict[str, str]:
    """The peer in the place of every service."""
    return {f"{name}_service_url": peer.url for name in ("user", "tasks", "activity")}


class Marker:
    """The part of user-service that speaks to Redis."""

    def __init__(self, redis: RedisClient) -> None:
        self.redis = redis.commands

    async def mark(self, run_id: str | None = None, renewed_at: float | None = None) -> None:
        """Set the ready mark; times in seconds since the epoch."""
        process = run_id or str((await self.redis.info("server"))["run_id"])
        moment = int((time.time() if renewed_at is None else renewed_at) * 1000)
        await self.redis.zadd(KEY, {ready_mark(process): moment})

    async def revoke(self, sid: str) -> None:
        await self.redis.zadd(KEY, {sid: time.time() * 1000})

    async def keep_marking(self) -> None:
        while True:
            await self.mark()
            await asyncio.sleep(0.2)
