"""What stands around the gateway in its benchmark: an instant upstream, and a bare relay to compare.

python benchmarks/peers.py upstream PORT
python benchmarks/peers.py relay PORT UPSTREAM_URL REDIS_URI
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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


async def upstream(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answers at once."""
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})


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
