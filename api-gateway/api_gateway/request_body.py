"""The body of a request as it arrives from the client, and whether the client is still there."""

import asyncio
from typing import Final

from chassis.errors import BadRequest, PayloadTooLarge
from starlette.types import Receive

from api_gateway.errors import RequestTimeout

PIECE_SECONDS: Final = 10.0  # within which the next piece of a body has to arrive
BODY_SECONDS: Final = 60.0  # within which the whole body has to arrive
# A body up to this size is read before a service is asked, so that a slow client holds nobody's
# connection. The rest of a larger one has to keep a rate while it holds one.
AHEAD_BYTES: Final = 65_536
BYTES_PER_SECOND: Final = 16_384
GRACE_SECONDS: Final = 5.0  # that a large body may lag behind that rate
DISCARD_SECONDS: Final = 5.0
DISCARD_IDLE_SECONDS: Final = 1.0


class ClientDisconnected(Exception):
    """The client closed the connection; there is nobody to respond to."""


class RequestBody:
    """Reads a body of at most `limit` bytes, `declared` of them, or chunked when that is None.

    `complete` says that there is nothing left to read; no read may follow then. `ahead` is what
    `read_ahead` has read.
    """

    def __init__(self, receive: Receive, *, declared: int | None, limit: int) -> None:
        self.complete = declared == 0
        self.declared = declared
        self.receive = receive
        self._limit = limit
        self.received = 0
        self.ahead = b""
        self._deadline: float | None = None
        self._waited = 0.0  # for the pieces after those that were read ahead, in seconds

    def refuse_too_large(self) -> None:
        """PayloadTooLarge when the declared size says so already, before anything is read."""
        if self.declared is not None and self.declared > self._limit:
            raise PayloadTooLarge("Request body too large")

    async def read_ahead(self) -> None:
        """Read until the body is complete or `AHEAD_BYTES` are there. Raises what `read` raises."""
        while not self.complete and len(self.ahead) < AHEAD_BYTES:
            self.ahead += await self._read(PIECE_SECONDS)

    async def read(self) -> bytes:
        """The next piece after those that were read ahead, possibly empty.

        Raises ClientDisconnected; PayloadTooLarge once more than the limit has arrived;
        RequestTimeout when it arrives too slowly; BadRequest when it is not as long as declared.
        """
        # Counted is the time that the client takes, and not that in which a service reads.
        lag = self._waited - (self.received - len(self.ahead)) / BYTES_PER_SECOND
        began = asyncio.get_running_loop().time()
        piece = await self._read(min(PIECE_SECONDS, GRACE_SECONDS - lag))
        self._waited += asyncio.get_running_loop().time() - began
        return piece

    async def _read(self, seconds: float) -> bytes:
        now = asyncio.get_running_loop().time()
        if self._deadline is None:
            self._deadline = now + BODY_SECONDS
        try:
            async with asyncio.timeout_at(min(self._deadline, now + seconds)):
                message = await self.receive()
        except TimeoutError:
            raise RequestTimeout("The request body arrives too slowly") from None
        if message["type"] == "http.disconnect":
            raise ClientDisconnected
        piece: bytes = message.get("body", b"")
        self.received += len(piece)
        self.complete = not message.get("more_body", False)
        if self.received > self._limit:
            raise PayloadTooLarge("Request body too large")
        if self.complete and self.declared not in (None, self.received):
            raise BadRequest("The request body is not as long as its Content-Length")
        return piece

    async def wait_for_disconnect(self) -> None:
        """Return when the client closes the connection. Only once the body is complete."""
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def discard(self) -> None:
        """After the response, read on for a moment and drop what arrives.

        Closing the connection of a client that still writes would reset it, and the reset can
        overtake the response (RFC 9112, section 9.6).
        """
        try:
            async with asyncio.timeout(DISCARD_SECONDS):
                while not self.complete:
                    async with asyncio.timeout(DISCARD_IDLE_SECONDS):
                        message = await self.receive()
                    disconnected = message["type"] == "http.disconnect"
                    self.complete = disconnected or not message.get("more_body", False)
        except TimeoutError:
            pass
