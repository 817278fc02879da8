"""HTTP/1.1 as uvicorn speaks it, within the limits that a public server needs.

uvicorn reads heads and trailers of any size for any time, queues as many pipelined requests as
arrive, adds trailers to the headers of a request that is being served already (RFC 9110, section
6.5.1), and responds in plain text to what it cannot parse. Decision 8 says why its class is
extended and not replaced.
"""

import asyncio
from contextlib import suppress
from typing import Final

from chassis.errors import BadRequest, ServiceError
from httptools import HttpParserError, HttpParserUpgrade
from uvicorn.protocols.http.flow_control import FlowControl

from api_gateway.connection import Connection
from api_gateway.errors import HeadTooLarge, UriTooLong
from api_gateway.request_line import error_in

MAX_HEAD_BYTES: Final = 131_072  # of a head or a trailer, give or take a piece
MAX_TARGET_BYTES: Final = 8192
PIECE_BYTES: Final = 4096  # parsed at a time: no more requests are queued than fit in it


class _Flow(FlowControl):
    """Reads nothing more while `held`, whoever asks for it."""

    held = False

    def resume_reading(self) -> None:
        if not self.held:
            super().resume_reading()


class HttpProtocol(Connection):
    """The requests on one connection."""

    flow: _Flow

    _in_head = False
    _unparsed = b""  # waits until fewer requests are queued
    # Heads, trailers and chunk sizes, since the head began or a piece of the body last arrived.
    _bytes_without_body = 0
    _head_again = b""  # of the first request that asked for an upgrade, and the last to be served
    _owed: ServiceError | None = None  # to be sent after the responses to the requests before it
    _unanswered = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self.flow = _Flow(transport)

    def data_received(self, data: bytes) -> None:
        self._unparsed += data
        self._parse()

    def _parse(self) -> None:
        """Parse what has arrived, as long as no request is queued behind the one being served."""
        self._unset_keepalive_if_required()
        while self._unparsed and not self.pipeline and not self.stopped:
            piece = self._unparsed[:PIECE_BYTES]
            self._unparsed = self._unparsed[PIECE_BYTES:]
            self._parse_piece(piece)
        if self.stopped:
            self._unparsed = b""
            return
        if self._unparsed:
            self.flow.held = True
            self.flow.pause_reading()
        if self._unanswered and not self._in_head:
            self.stop_timer()
        else:
            self.start_timer()

    def _parse_piece(self, piece: bytes) -> None:
        try:
            self._feed(piece)
        except HttpParserError:
            self.logger.warning("malformed request")
            self._refuse(self._error_in(piece))
        self._bytes_without_body += len(piece)
        if self._bytes_without_body > MAX_HEAD_BYTES:
            self._refuse(HeadTooLarge())

    def _error_in(self, piece: bytes) -> ServiceError:
        if not self._in_head:
            return BadRequest("Malformed request")
        return UriTooLong() if len(self.url) > MAX_TARGET_BYTES else error_in(piece, self.url)

    def _feed(self, piece: bytes) -> None:
        """Parse, as if no upgrade had been asked for (RFC 9110, section 7.8).

        httptools takes what follows such a head for the other protocol, so the parser gets the
        head again without its `Upgrade`, and reads a body as it reads every other.
        """
        try:
            self.parser.feed_data(piece)
        except HttpParserUpgrade as upgrade:
            with suppress(HttpParserUpgrade):  # of a request that comes after, and is not served
                self.parser.feed_data(self._head_again + piece[upgrade.args[0] :])

    def on_message_begin(self) -> None:
        self._in_head = True
        self._bytes_without_body = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > MAX_TARGET_BYTES:
            raise UriTooLong  # the parser stops, and `_error_in` finds the same

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade() and not self._head_again:
            self._head_again = self._head_without_upgrade()
            return
        super().on_headers_complete()
        self._in_head = False
        self._unanswered += 1
        if self._head_again:
            # Somebody on the way may take what follows the response for the other protocol.
            self.cycle.keep_alive = False

    def _head_without_upgrade(self) -> bytes:
        version = self.parser.get_http_version().encode()
        lines = [self.parser.get_method() + b" " + self.url + b" HTTP/" + version]
        lines += (name + b": " + value for name, value in self.headers if name != b"upgrade")
        return b"\r\n".join(lines) + b"\r\n\r\n"

    def on_body(self, body: bytes) -> None:
        self._bytes_without_body = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self._in_head:
            return  # the head is to be parsed again, and the body after it
        self._bytes_without_body = 0
        super().on_message_complete()
        if self._head_again:
            self.stopped = True
            self.stop_timer()

    def on_response_complete(self) -> None:
        self._unanswered -= 1
        self.stop_timer()  # from here on it is the keep-alive's time
        self.flow.held = False
        super().on_response_complete()
        if self.transport.is_closing():
            return
        if self._owed and not self._unanswered:
            self.respond_and_close(self._owed)
        elif self._unparsed:
            self._parse()

    def _refuse(self, error: ServiceError) -> None:
        """Read nothing more, respond with `error` in its turn, and close the connection."""
        if self.stopped or self.transport.is_closing():
            return
        self.stopped = True
        self.stop_timer()
        if self._in_head and self._unanswered:
            self._owed = error
        elif self._in_head:
            self.respond_and_close(error)
        elif self._unanswered > 1 or self.cycle.response_started:
            self.transport.close()
        else:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            self.respond_and_close(error)
