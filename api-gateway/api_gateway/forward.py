"""One request, forwarded: streamed up, its answer streamed down, and cleaned up after.

One deadline guards all of it. It runs while the service is waited for, and rests while the client
is (whose reads have limits of their own); a client that hangs up, or sends too much, lets it
expire at once. Whatever ends the exchange early also ends the connection to the service, so the
service never takes half a body for a whole one.
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

from api_gateway.client import ClientBody, ClientGone
from api_gateway.errors import BadGateway, GatewayTimeout
from api_gateway.headers import TextPairs, headers_down
from api_gateway.upstream import Upstream

# A quick exchange is over before its client can have gone; only a slower one gets a task that
# watches for it.
WATCH_AFTER_SECONDS: Final = 0.05

log = structlog.get_logger()


class _BrokenOff(aiohttp.ClientError):
    """Keeps aiohttp from sending a request again."""


async def _send_once(
    request: aiohttp.ClientRequest, send: ClientHandlerType
) -> aiohttp.ClientResponse:
    # aiohttp repeats GET, PUT and DELETE when a reused connection breaks. A DELETE that was
    # carried out before the break would answer 404 the second time.
    try:
        return await send(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _BrokenOff from error


class Exchange:
    """`run` forwards one request and its answer, or raises what the client is to be told instead.

    After the answer has begun nothing is raised any more: it is left incomplete, for which the
    server closes the client's connection.
    """

    def __init__(
        self, upstream: Upstream, body: ClientBody, send: Send, *, timeout_seconds: float
    ) -> None:
        self._upstream = upstream
        self._body = body
        self._send = send
        self._timeout = timeout_seconds
        self._loop = asyncio.get_running_loop()
        self._guard = asyncio.timeout(timeout_seconds)
        self._watch: asyncio.Task[None] | None = None
        self._fault: ServiceError | ClientGone | None = None
        self._started = False

    async def run(self, method: str, url: URL, headers: TextPairs) -> None:
        """`headers` are complete but for those that say how long the body is."""
        later = self._loop.call_later(WATCH_AFTER_SECONDS, self._start_watching)
        try:
            async with self._guard:
                answer = await self._ask(method, url, headers)
                try:
                    await self._relay(answer)
                finally:
                    answer.close()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._fail(error)
        finally:
            later.cancel()
            if self._watch is not None:
                self._watch.cancel()

    async def _ask(self, method: str, url: URL, headers: TextPairs) -> aiohttp.ClientResponse:
        data: bytes | AsyncIterator[bytes] | None = None
        if not self._body.complete:
            data = await self._body.read()
            if not self._body.complete:
                data = self._pieces(data)
                if self._body.declared is not None:
                    headers.append(("content-length", str(self._body.declared)))
        repeatable = method == "GET" and data is None
        return await self._upstream.session.request(
            method,
            url,
            headers=headers,
            data=data,
            allow_redirects=False,
            middlewares=None if repeatable else (_send_once,),
        )

    async def _pieces(self, first: bytes) -> AsyncIterator[bytes]:
        yield first
        while not self._body.complete:
            self._reset(None)
            try:
                piece = await self._body.read()
            except (ServiceError, ClientGone) as fault:
                self._end(fault)
                raise
            self._reset(self._timeout)
            yield piece
        self._start_watching()

    async def _relay(self, answer: aiohttp.ClientResponse) -> None:
        if not 200 <= answer.status < 600:
            raise BadGateway  # nobody asked to switch protocols
        piece, last = await _next(answer)
        early = not self._body.complete
        headers = headers_down(answer.raw_headers)
        if early:
            headers.append((b"connection", b"close"))
        self._started = True
        await self._send(
            {"type": "http.response.start", "status": answer.status, "headers": headers}
        )
        while not last:
            if piece:
                await self._send({"type": "http.response.body", "body": piece, "more_body": True})
            self._reset(self._timeout)
            piece, last = await _next(answer)
        await self._send({"type": "http.response.body", "body": piece, "more_body": early})
        if early:
            answer.close()  # and with it the upload, so that the body has one reader again
            self._reset(None)
            await self._body.discard()
            await self._send({"type": "http.response.body"})

    def _start_watching(self) -> None:
        if self._body.complete and self._watch is None:
            self._watch = self._loop.create_task(self._watch_client())

    async def _watch_client(self) -> None:
        await self._body.wait_until_gone()
        self._end(ClientGone())

    def _end(self, fault: ServiceError | ClientGone) -> None:
        self._fault = fault
        self._reset(0)

    def _reset(self, seconds: float | None) -> None:
        if not self._guard.expired():
            self._guard.reschedule(None if seconds is None else self._loop.time() + seconds)

    def _fail(self, error: Exception) -> None:
        if isinstance(self._fault, ClientGone):
            raise self._fault
        if self._started:
            log.warning(
                "answer broken off", upstream=self._upstream.service, error=type(error).__name__
            )
            return
        raise self._fault or self._told(error) from error

    def _told(self, error: Exception) -> ServiceError:
        log.warning(
            "service did not answer", upstream=self._upstream.service, error=type(error).__name__
        )
        if self._guard.expired():
            return GatewayTimeout()
        if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
            return Unavailable()
        return BadGateway()


async def _next(answer: aiohttp.ClientResponse) -> tuple[bytes, bool]:
    """The next piece of the answer's body, and whether it is the last."""
    return await answer.content.readany(), answer.content.at_eof()
