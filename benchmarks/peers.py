"""What stands around the gateway in its benchmark: an instant upstream, and a bare relay to compare.

python benchmarks/peers.py upstream PORT
python benchmarks/peers.py relay PORT UPSTREAM_URL REDIS_URI
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
import uvicorn
from contracts.blacklist import KEY
from redis.asyncio import Redis as AsyncRedis
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

BODY = b'{"tasks":[' + b",".join([b'"' + b"x" * 97 + b'"'] * 20) + b"]}"
HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())]
DROPPED = {b"host", b"connection", b"authorization"}


async def upstream(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers at once; a stream, with a comment from time to time."""
    if scope["path"].endswith("/stream"):
        await stream(receive, send)
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})


async def stream(receive: Receive, send: Send) -> None:
    """As activity-service does while nothing happens."""
    await receive()
    head = [(b"content-type", b"text/event-stream; charset=utf-8")]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    comment = b": connected\nretry: 2718\n\n"
    while True:
        await send({"type": "http.response.body", "body": comment, "more_body": True})
        with suppress(TimeoutError):
            async with asyncio.timeout(8):
                await receive()
                return  # the client has left
        comment = b": still here\nid: " + b"x" * 100 + b"\n\n"


class BareRelay:
    """One Redis call, then the request as it is to the upstream, and the answer as it is back."""

    def __init__(self, url: str, redis_uri: str) -> None:
        self._url = url
        self._redis_uri = redis_uri

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        state = scope["state"]
        await state["redis"].zmscore(KEY, ["a", "ready:"])
        headers = [(k.decode(), v.decode()) for k, v in scope["headers"] if k not in DROPPED]
        url = self._url + scope["raw_path"].decode()
        async with state["session"].request(scope["method"], url, headers=headers) as answer:
            body = await answer.read()
            await send(
                {
                    "type": "http.response.start",
                    "status": answer.status,
                    "headers": [(k.lower(), v) for k, v in answer.raw_headers],
                }
            )
        await send({"type": "http.response.body", "body": body})

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[dict[str, Any]]:
        """What it keeps open."""
        async with (
            aiohttp.ClientSession() as session,
            AsyncRedis.from_url(self._redis_uri) as store,
        ):
            yield {"session": session, "redis": store}


def with_lifespan(relay: BareRelay) -> ASGIApp:
    """The relay, its resources opened and closed by the server."""
    outer = Starlette(lifespan=lambda _: relay.lifespan())

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await (relay if scope["type"] == "http" else outer)(scope, receive, send)

    return app


def serve(role: str, port: int, *addresses: str) -> None:
    """Be one of the processes."""
    app: ASGIApp = upstream if role == "upstream" else with_lifespan(BareRelay(*addresses))
    uvicorn.run(
        app,
        port=port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
        lifespan="off" if role == "upstream" else "on",
    )


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
