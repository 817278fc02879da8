"""What the tests of streams share: the service's side of one, and the reading of its end."""

import asyncio

from devstack.sse import Block, Stream
from starlette.types import Receive, Scope, Send

from gateway_helpers.peers import Peer

PATH = "/api/activity/stream"
HEAD = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no")]


class Source:
    """The service's side: each stream gets what is put into `events`."""

    def __init__(self, peer: Peer) -> None:
        self.events: asyncio.Queue[bytes] = asyncio.Queue()
        self.begun = 0
        self.left = 0
        peer.behaviour = self._stream

    async def _stream(self, _scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": HEAD})
        self.begun += 1
        sending = asyncio.create_task(self._send_events(send))
        while (await receive())["type"] != "http.disconnect":
            pass
        sending.cancel()
        self.left += 1

    async def _send_events(self, send: Send) -> None:
        while True:
            body = await self.events.get()
            await send({"type": "http.response.body", "body": body, "more_body": True})


async def rest_of(stream: Stream) -> list[Block]:
    """Until the end, which must be a complete one: httpx raises for another."""
    async with asyncio.timeout(60):
        return [block async for block in stream.blocks()]
