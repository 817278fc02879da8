"""One request, forwarded: its body sent to the service, the response streamed to the client.

The part of the body that was read ahead is there already; a larger body streams.

One deadline covers all of it. It is paused while the client sends the body, whose reads have limits
of their own, and begins anew for each piece of the response, which has to come and to find room in the
client's connection by then. When a client disconnects or sends too much, the deadline expires at once.
Whatever ends the request early also ends the connection to the service, so the service never takes half
a body for a whole one.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import aiohttp
import structlog
from aiohttp import ClientHandlerType
from chassis.errors import ServiceError, Unavailable
from starlette.types import Send
from yarl import URL

from api_gateway.connector import connection_header
from api_gateway.errors import BadGateway, GatewayTimeout
from api_gateway.headers import Headers, TextHeaders, forwarded_response_headers
from api_gateway.request_body import ClientDisconnected, RequestBody
from api_gateway.upstreams import Upstream

# A quick request is over before its client can have disconnected; only a slower one gets a task
# that watches the client.
WATCH_AFTER_SECONDS: Final = 0.05

log = structlog.get_logger()


class _NotRepeated(aiohttp.ClientError):
    """Keeps aiohttp from sending a request again."""


async def _send_once(
    request: aiohttp.ClientRequest, send: ClientHandlerType
) -> aiohttp.ClientResponse:
    # aiohttp repeats GET, PUT and DELETE when a reused connection breaks. A DELETE that was
    # carried out before the break would get 404 the second time.
    try:
        return await send(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _NotRepeated from error


class ForwardedRequest:
    """`run` forwards one request and its response, or raises the error that the client gets instead.

    Once the response has begun nothing is raised any more: the response is left incomplete, for
    which the server closes the client's connection.

    With `head_only` the client gets the head of the response and nothing of its body, as HEAD asks
    for. The service is asked by GET all the same, so that none needs a second kind of route.
    """

    def __init__(
        self,
        upstream: Upstream,
        body: RequestBody,
        send: Send,
        *,
        timeout_seconds: float,
        head_only: bool = False,
    ) -> None:
        self._upstream = upstream
        self._body = body
        self._send = send
        self._timeout = timeout_seconds
        self._head_only = head_only
        self._loop = asyncio.get_running_loop()
        self._deadline = asyncio.timeout(timeout_seconds)
        self._watch: asyncio.Task[None] | None = None
        self._error: ServiceError | ClientDisconnected | None = None
        self._started = False

    async def run(self, method: str, url: URL, headers: TextHeaders) -> None:
        """`headers` are complete but for those that say how long the body is."""
        later = self._loop.call_later(WATCH_AFTER_SECONDS, self._start_watching)
        try:
            async with self._deadline:
                response = await self._request(method, url, headers)
                try:
                    if not 200 <= response.status < 600:
                        raise BadGateway  # nobody asked to switch protocols
                    self._upstream.refuse_disbelief(response)
                    await self._relay(response)
                finally:
                    response.close()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._fail(error)
        finally:
            later.cancel()
            if self._watch is not None:
                self._watch.cancel()

    async def _request(self, method: str, url: URL, headers: TextHeaders) -> aiohttp.ClientResponse:
        data: bytes | AsyncIterator[bytes] | None = None
        if not self._body.complete:
            data = self._pieces(self._body.ahead)
            if self._body.declared is not None:
                headers.append(("content-length", str(self._body.declared)))
        elif self._body.declared != 0:
            data = self._body.ahead
        headers += connection_header().items()
        repeatable = method == "GET" and data is None
        return await self._session().request(
            method,
            url,
            headers=headers,
            data=data,
            allow_redirects=False,
            middlewares=None if repeatable else (_send_once,),
        )

    def _session(self) -> aiohttp.ClientSession:
        return self._upstream.session

    async def _pieces(self, first: bytes) -> AsyncIterator[bytes]:
        yield first
        while not self._body.complete:
            self._set_deadline(None)
            try:
                piece = await self._body.read()
            except (ServiceError, ClientDisconnected) as error:
                self._end(error)
                raise
            self._set_deadline(self._timeout)
            yield piece
        self._start_watching()

    async def _relay(self, response: aiohttp.ClientResponse) -> None:
        piece, last = await _next_piece(response)
        early = not self._body.complete
        headers = forwarded_response_headers(response.raw_headers)
        if early:
            headers.append((b"connection", b"close"))
        await self._begin(response.status, headers)
        if self._head_only:
            piece, last = b"", True
        while not last:
            if piece:
                await self._send({"type": "http.response.body", "body": piece, "more_body": True})
            self._set_deadline(self._timeout)
            piece, last = await _next_piece(response)
        await self._send({"type": "http.response.body", "body": piece, "more_body": early})
        if early:
            response.close()  # and with it the upload, so that the body has one reader again
            self._set_deadline(None)
            await self._body.discard()
            await self._send({"type": "http.response.body"})

    async def _begin(self, status: int, headers: Headers) -> None:
        self._started = True
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    def _start_watching(self) -> None:
        if self._body.complete and self._watch is None:
            self._watch = self._loop.create_task(self._watch_client())

    async def _watch_client(self) -> None:
        await self._body.wait_for_disconnect()
        self._end(ClientDisconnected())

    def _end(self, error: ServiceError | ClientDisconnected) -> None:
        self._set_deadline(0)
        self._error = error

    def _set_deadline(self, seconds: float | None) -> None:
        if self._error is None and not self._deadline.expired():
            self._deadline.reschedule(None if seconds is None else self._loop.time() + seconds)

    def _fail(self, error: Exception) -> None:
        if isinstance(self._error, ClientDisconnected):
            raise self._error
        if self._started:
            log.warning(
                "response broken off", upstream=self._upstream.service, error=type(error).__name__
            )
            return
        raise self._error or self._error_for(error) from error

    def _error_for(self, error: Exception) -> ServiceError:
        log.warning(
            "service did not answer", upstream=self._upstream.service, error=type(error).__name__
        )
        if self._deadline.expired():
            return GatewayTimeout()
        if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
            return Unavailable()
        return BadGateway()


async def _next_piece(response: aiohttp.ClientResponse) -> tuple[bytes, bool]:
    """The next piece of the response's body, and whether it is the last."""
    return await response.content.readany(), response.content.at_eof()
