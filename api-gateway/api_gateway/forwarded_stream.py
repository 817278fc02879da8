"""One request whose response has no end of its own: a stream of events, forwarded as it comes.

The stream ends when the service or the client ends it, when the service is silent for longer than
between two of its heartbeats, when the client does not read, and when the gateway says so.
"""

import asyncio
import random
from typing import Final

import aiohttp
from chassis.errors import Unavailable

from api_gateway.forwarding import ForwardedRequest
from api_gateway.headers import forwarded_response_headers

SILENCE_SECONDS: Final = 25.0  # activity-service says something each 8
LAST_SECONDS: Final = 1.0  # for a client to take the end of a stream that the gateway ends
RETRY_MILLISECONDS: Final = (1000, 5000)

_MEDIA_TYPE: Final = "text/event-stream"


class ForwardedStream(ForwardedRequest):
    """`end` ends the response, complete, at once. Whatever else the service answers is forwarded."""

    _ending: asyncio.Timeout | None = None
    _is_ended = False

    def end(self) -> None:
        """The client is told when to come again, so that not all come at once."""
        self._is_ended = True
        if not self._started:
            self._end(Unavailable())
        elif self._ending is not None and not self._ending.expired():
            self._ending.reschedule(0)

    def _session(self) -> aiohttp.ClientSession:
        return self._upstream.streams

    async def _relay(self, response: aiohttp.ClientResponse) -> None:
        if response.content_type != _MEDIA_TYPE:
            await super()._relay(response)
            return
        headers = forwarded_response_headers(response.raw_headers)
        await self._begin(response.status, headers)
        if self._head_only:
            await self._send({"type": "http.response.body"})
            return
        between_events = await self._relay_events(response)
        self._set_deadline(LAST_SECONDS)
        last = b""
        if self._is_ended and between_events:
            last = b"retry: %d\n\n" % random.randint(*RETRY_MILLISECONDS)  # noqa: S311 — jitter, not a secret
        await self._send({"type": "http.response.body", "body": last})

    async def _relay_events(self, response: aiohttp.ClientResponse) -> bool:
        """Until the end of the stream; whether what was sent ends with a whole event."""
        is_whole = True
        self._ending = asyncio.timeout(0 if self._is_ended else None)
        try:
            async with self._ending:
                while True:
                    self._set_deadline(SILENCE_SECONDS)
                    piece = await response.content.readany()
                    if not piece:
                        return is_whole
                    await self._send(
                        {"type": "http.response.body", "body": piece, "more_body": True}
                    )
                    is_whole = piece.endswith(b"\n\n")
        except TimeoutError:
            if not self._ending.expired():
                raise
        return is_whole
