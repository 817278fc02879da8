"""The wire: uvicorn's HTTP/1.1, with the bounds and the answers that a public server needs.

uvicorn reads request heads of any size for any time, keeps a connection that never sends one, adds
trailers to the headers of a request that is being served already (RFC 9110, section 6.5.1), and
answers what it cannot parse in plain text.
"""

import asyncio
from contextlib import suppress
from typing import ClassVar, Final, cast

from httptools import HttpParserError, HttpParserUpgrade
from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api_gateway.edge import AnswerHeaders
from api_gateway.refusal import refusal

MAX_HEAD_BYTES: Final = 131_072  # and what arrives together with the last of them
LINGER_SECONDS: Final = 2.0
HEAD_SECONDS: Final = 15.0  # from its first byte, or from the connection, to its last


class PublicProtocol(HttpToolsProtocol):
    """One connection. `answer_headers` are what every answer has, also those made here."""

    answer_headers: ClassVar[AnswerHeaders]

    _in_head = False
    _deaf = False  # nothing more is read
    _head_bytes = 0
    _head_again = b""  # of the first request that asked for an upgrade, and the last to be served
    _owed: tuple[int, str] | None = None  # a refusal, when the answers before it have been given
    _unanswered = 0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._deaf:
            return
        self._unset_keepalive_if_required()
        try:
            self._feed(data)
        except HttpParserError:
            self.logger.warning("malformed request")
            self._refuse(400, "Malformed request")
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self._refuse(431, "Request header fields too large")
        if self._deaf:
            return
        if self._unanswered and not self._in_head:
            self._stop_timer()
        else:
            self._start_timer()

    def _feed(self, data: bytes) -> None:
        """Parse, as if no upgrade had been asked for (RFC 9110, section 7.8).

        httptools takes what follows such a head for the other protocol, so the parser gets the
        head again without its `Upgrade`, and reads a body as it reads every other.
        """
        try:
            self.parser.feed_data(data)
        except HttpParserUpgrade as upgrade:
            with suppress(HttpParserUpgrade):  # of a request that comes after, and is not served
                self.parser.feed_data(self._head_again + data[upgrade.args[0] :])

    def on_message_begin(self) -> None:
        self._in_head = True
        self._head_bytes = 0
        super().on_message_begin()

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
            # Somebody on the way may take what follows the answer for the other protocol.
            self.cycle.keep_alive = False

    def _head_without_upgrade(self) -> bytes:
        version = self.parser.get_http_version().encode()
        lines = [self.parser.get_method() + b" " + self.url + b" HTTP/" + version]
        lines += (name + b": " + value for name, value in self.headers if name != b"upgrade")
        return b"\r\n".join(lines) + b"\r\n\r\n"

    def on_message_complete(self) -> None:
        if self._in_head:
            return  # the head is to be read again, and the body after it
        super().on_message_complete()
        if self._head_again:
            self._deaf = True
            self._stop_timer()

    def on_response_complete(self) -> None:
        self._unanswered -= 1
        self._stop_timer()  # from here on it is the keep-alive's time
        super().on_response_complete()
        if self._owed and not self._unanswered and not self.transport.is_closing():
            self._unset_keepalive_if_required()
            self._answer(*self._owed)

    def _refuse(self, status: int, message: str) -> None:
        if self._deaf or self.transport.is_closing():
            return
        self._deaf = True
        self._stop_timer()
        if self._in_head and self._unanswered:
            self._owed = (status, message)
        elif self._in_head:
            self._answer(status, message)
        elif self._unanswered > 1 or self.cycle.response_started:
            self.transport.close()
        else:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            self._answer(status, message)

    def _answer(self, status: int, message: str) -> None:
        # mypy takes uvicorn's TypedDict for another mapping than Starlette's.
        scope = cast("Scope", self.scope)
        self.transport.write(refusal(status, message, scope, self.answer_headers))
        # Closing at once would reset the connection of a client that still writes, and the reset
        # can overtake the answer (RFC 9112, section 9.6).
        self.transport.write_eof()
        self._timer = self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def _start_timer(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def public_protocol(headers: AnswerHeaders) -> type[PublicProtocol]:
    """The class to give to uvicorn, which makes one of it for each connection."""
    return type("ConfiguredProtocol", (PublicProtocol,), {"answer_headers": headers})
