"""What happens to a request before a service gets it, in reading order."""

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from typing import Final, TypedDict, cast

from chassis.errors import ServiceError, error_response
from chassis.health import Checks
from contracts.headers import INTERNAL_IDENTITY, REQUEST_ID, TRACEPARENT
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api_gateway.access_tokens import AccessTokens
from api_gateway.admission import Admission
from api_gateway.client_ip import ClientIps
from api_gateway.client_limits import ClientLimits
from api_gateway.cors import Cors, is_preflight
from api_gateway.errors import HttpVersionNotSupported
from api_gateway.forwarded_stream import ForwardedStream
from api_gateway.forwarding import ForwardedRequest
from api_gateway.headers import Headers, RequestHeaders, TextHeaders
from api_gateway.quota_accounts import Quotas
from api_gateway.request_body import ClientDisconnected, RequestBody
from api_gateway.request_line import VERSIONS
from api_gateway.revocation import Revocations
from api_gateway.routes import GATEWAY, Route
from api_gateway.settings import Settings
from api_gateway.streams import OpenStreams
from api_gateway.upstreams import Upstreams

QUICK_BODY_SECONDS: Final = 1.0  # a body that is there within these is not slow


class State(TypedDict):
    """What the lifespan opens; every request finds it in its scope."""

    upstreams: Upstreams
    revocations: Revocations
    quotas: Quotas
    streams: OpenStreams
    checks: Checks
    on_drain: Callable[[], None]


class Proxy:
    """Forwards a request to its service, or responds with the error that stops it.

    `app` responds to the gateway's own routes.
    """

    def __init__(self, app: ASGIApp, *, settings: Settings, cors: Cors) -> None:
        self._app = app
        self._cors = cors
        self._admission = Admission(AccessTokens(settings.jwt_secrets), cors)
        self._client_ips = ClientIps(settings.trusted_proxies)
        self._max_body_bytes = settings.max_body_bytes
        self._slow_bodies = ClientLimits(
            in_all=settings.max_connections, per_client=settings.max_slow_bodies_per_client
        )
        self._timeout_seconds = settings.upstream_timeout_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Until the headers have been understood, nobody knows how long the body is.
        body = RequestBody(receive, declared=None, limit=self._max_body_bytes)
        try:
            if scope["http_version"] not in VERSIONS:
                raise HttpVersionNotSupported
            headers = RequestHeaders(scope["headers"], scope["http_version"])
            body = RequestBody(receive, declared=headers.length, limit=self._max_body_bytes)
            await self._handle(scope, headers, body, send)
        except ServiceError as error:
            await _send_error(error, body, send)
        except ClientDisconnected:
            pass

    async def _handle(
        self, scope: Scope, headers: RequestHeaders, body: RequestBody, send: Send
    ) -> None:
        if is_preflight(scope):
            # Not counted: the browser would not tell the page about the limit.
            await _send_no_content(send, self._cors.preflight_headers(headers.origins))
            return
        client_ip = self._client_ips.of(scope["client"], headers.forwarded_for)
        path, route, user, allow = await self._admission.admit(scope, headers, body, client_ip)
        if route is None:
            await _send_no_content(send, [(b"allow", allow.encode())])
            return
        if route.service is GATEWAY:
            # The server leaves out the body of a response to HEAD.
            own = {**scope, "method": route.method, "path": path.decode(), "user": user}
            await self._app(own, body.receive, send)
            return
        state = cast("State", scope["state"])
        revocations = state["revocations"]
        if not body.complete:
            await self._read_ahead(body, client_ip)
        upstream = state["upstreams"][route.service]
        identity = upstream.identity(route.method, path, client_ip=client_ip, user=user)
        outgoing = _headers_for_service(scope, route, headers, client_ip, identity)
        url = upstream.url(path, scope["query_string"])
        head_only = scope["method"] == "HEAD"
        if route.stream and user is not None:
            stream = ForwardedStream(
                upstream,
                body,
                send,
                timeout_seconds=self._timeout_seconds,
                head_only=head_only,
            )
            with state["streams"].one_more(user, stream.end):
                await stream.run(route.method, url, outgoing)
            return
        if route.sessions:
            send = _reporting_sessions(send, revocations)
        forwarded = ForwardedRequest(
            upstream,
            body,
            send,
            timeout_seconds=self._timeout_seconds,
            head_only=head_only,
        )
        streaming = not body.complete
        upstream.in_flight.inc()
        try:
            with self._slow_bodies.one_more(client_ip) if streaming else nullcontext():
                await forwarded.run(route.method, url, outgoing)
        finally:
            upstream.in_flight.dec()
            if route.sessions:
                revocations.sessions_changed()

    async def _read_ahead(self, body: RequestBody, client_ip: str) -> None:
        """Wait for the body, or the first part of a large one, while no service waits for it."""
        try:
            async with asyncio.timeout(QUICK_BODY_SECONDS):
                await body.read_ahead()
        except TimeoutError:
            with self._slow_bodies.one_more(client_ip):
                await body.read_ahead()


def _headers_for_service(
    scope: Scope, route: Route, headers: RequestHeaders, client_ip: str, identity: str
) -> TextHeaders:
    """The client's headers, and then the gateway's own."""
    outgoing = headers.forwarded
    outgoing += (
        (INTERNAL_IDENTITY, identity),
        (REQUEST_ID, scope["state"]["request_id"]),
        (TRACEPARENT, scope["state"]["traceparent"]),
        ("x-forwarded-for", client_ip),
        ("via", "1.1 api-gateway"),
    )
    if route.sessions and headers.cookies:
        outgoing.append(("cookie", b"; ".join(headers.cookies).decode("latin-1")))
    return outgoing


def _reporting_sessions(send: Send, revocations: Revocations) -> Send:
    """A `send` that reports changed sessions before the client can know of them."""

    async def report_and_send(message: Message) -> None:
        if message["type"] == "http.response.start":
            revocations.sessions_changed()
        await send(message)

    return report_and_send


async def _send_no_content(send: Send, headers: Headers) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _send_error(error: ServiceError, body: RequestBody, send: Send) -> None:
    """Respond with `error`, and close the connection if the request was not read to its end.

    Nothing else can follow on a connection with half a request on it (RFC 9112, section 9.6).
    """
    response = error_response(error)
    start = {"type": "http.response.start", "status": error.status}
    if body.complete:
        await send({**start, "headers": response.raw_headers})
        await send({"type": "http.response.body", "body": response.body})
        return
    await send({**start, "headers": [*response.raw_headers, (b"connection", b"close")]})
    await send({"type": "http.response.body", "body": response.body, "more_body": True})
    await body.discard()
    await send({"type": "http.response.body"})
