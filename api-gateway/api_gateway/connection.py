"""One connection from a client: whether it is admitted, its timers, and its last error response.

This is the part of the HTTP server that is about the connection itself; `http_protocol` has the
part that is about the requests on it.
"""

import asyncio
import socket
from http import HTTPStatus
from typing import ClassVar, Final, cast

import structlog
from chassis.errors import ServiceError, Unavailable, error_response
from chassis.tracing import request_id_from
from contracts.headers import REQUEST_ID
from starlette.types import Scope
from structlog.contextvars import bound_contextvars
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api_gateway.client_ip import UNKNOWN
from api_gateway.client_limits import ClientLimits
from api_gateway.response_headers import ResponseHeaders

HEAD_SECONDS: Final = 15.0  # from its first byte, or from the connection, to its last
UNREAD_SECONDS: Final = 20.0  # that a client may leave unread what was sent
LINGER_SECONDS: Final = 2.0

_REQUEST_ID: Final = REQUEST_ID.encode()

log = structlog.get_logger()


class Connection(HttpToolsProtocol):
    """`response_headers` are for the error responses made here, `limits` for all connections."""

    response_headers: ClassVar[ResponseHeaders]
    limits: ClassVar[ClientLimits]

    stopped = False
    """Nothing more is parsed."""

    _admitted = False
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        _limit_unread_time(transport)
        self._admitted = self.limits.admit(self._peer_ip())
        if self._admitted:
            self.start_timer()
        else:
            self.stopped = True
            self._write(Unavailable())
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.stop_timer()
        if self._admitted:
            self.limits.release(self._peer_ip())
        if isinstance(exc, TimeoutError):
            log.warning("client does not read its response", clientIp=self._peer_ip())
        super().connection_lost(exc)

    def respond_and_close(self, error: ServiceError) -> None:
        """Send `error` as the last response of this connection."""
        self._unset_keepalive_if_required()
        self._write(error)
        # Closing at once would reset the connection of a client that still writes, and the reset
        # can overtake the response (RFC 9112, section 9.6).
        self.transport.write_eof()
        self.stop_timer()
        self._timer = self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def start_timer(self) -> None:
        """Close the connection in `HEAD_SECONDS`, if the timer is not stopped before."""
        if self._timer is None:
            self._timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _write(self, error: ServiceError) -> None:
        # mypy takes uvicorn's TypedDict for another mapping than Starlette's.
        scope = cast("Scope", self.scope or {"headers": [], "state": {}})
        request_id = _request_id(scope)
        with bound_contextvars(requestId=request_id):
            response = error_response(error)
        headers = [
            *response.raw_headers,
            (_REQUEST_ID, request_id.encode()),
            (b"connection", b"close"),
            *self.response_headers.of(scope),
        ]
        lines = [f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}".encode()]
        lines += (name + b": " + value for name, value in headers)
        self.transport.write(b"\r\n".join(lines) + b"\r\n\r\n" + response.body)

    def _peer_ip(self) -> str:
        return self.client[0] if self.client else UNKNOWN


def _limit_unread_time(transport: asyncio.Transport) -> None:
    """Let the kernel break the connection when sent data stay unread (tcp(7); Linux alone has it).

    This holds while the connection is being closed, too, for which asyncio itself waits for ever.
    """
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        milliseconds = int(UNREAD_SECONDS * 1000)
        transport.get_extra_info("socket").setsockopt(
            socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds
        )


def _request_id(scope: Scope) -> str:
    """The id under which the request is served already, else the one it would have got."""
    served: str | None = scope["state"].get("request_id")
    if served is not None:
        return served
    sent = (value.decode("latin-1") for name, value in scope["headers"] if name == _REQUEST_ID)
    return request_id_from(next(sent, None))
