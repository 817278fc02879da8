"""What happens to a request between the wire and the service that answers it."""

from collections.abc import Mapping

from chassis.errors import Forbidden, ServiceError
from contracts.headers import INTERNAL_IDENTITY, REQUEST_ID, TRACEPARENT
from starlette.types import Message, Receive, Scope, Send

from api_gateway.addresses import Addresses
from api_gateway.client import ClientBody, ClientGone
from api_gateway.edge import answer_preflight, is_preflight
from api_gateway.errors import send_error
from api_gateway.forward import Exchange
from api_gateway.headers import RequestHeaders
from api_gateway.identity import Signer
from api_gateway.limits import RateLimit
from api_gateway.revocation import Revocations
from api_gateway.settings import GatewaySettings
from api_gateway.surface import Route, Service, Surface, plain_target
from api_gateway.tokens import AccessTokens
from api_gateway.upstream import Upstream


class Door:
    """Lets a request through to its service, or answers it with the error that stops it."""

    def __init__(
        self,
        settings: GatewaySettings,
        upstreams: Mapping[Service, Upstream],
        revocations: Revocations,
        signer: Signer,
    ) -> None:
        self._upstreams = upstreams
        self._revocations = revocations
        self._signer = signer
        self._surface = Surface()
        self._tokens = AccessTokens(settings.jwt_secret.get_secret_value())
        self._addresses = Addresses(settings.trusted_proxies)
        self._rate = RateLimit(settings.rate_limit_per_minute)
        self._origins = frozenset(origin.encode() for origin in settings.cors_origins)
        self._max_body = settings.max_body_bytes
        self._timeout = settings.upstream_timeout_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Until the headers have been understood, nobody knows how long the body is.
        body = ClientBody(receive, declared=None, limit=self._max_body)
        try:
            headers = RequestHeaders(scope["headers"], scope["http_version"])
            body = ClientBody(receive, declared=headers.length, limit=self._max_body)
            await self._serve(scope, headers, body, send)
        except ServiceError as error:
            close = not body.complete
            await send_error(send, error, close=close)
            if close:
                await body.discard()
                await send({"type": "http.response.body"})
        except ClientGone:
            pass

    async def _serve(
        self, scope: Scope, headers: RequestHeaders, body: ClientBody, send: Send
    ) -> None:
        address = self._addresses.of(scope["client"], headers.forwarded_for)
        if is_preflight(scope):
            # Not counted: a page whose preflight is refused never hears of the limit.
            await answer_preflight(send, allowed=self._is_at_home(headers))
            return
        self._rate.count(address)
        path = plain_target(scope["raw_path"], scope["query_string"])
        route = self._surface.find(scope["method"], path)
        if route.auth and headers.cookies and headers.origins and not self._is_at_home(headers):
            raise Forbidden("Origin not allowed")
        user = None
        if route.token:
            user = self._tokens.bearer(headers.authorization)
        body.refuse_too_large()
        if user is not None:
            await self._revocations.check(user)
        upstream = self._upstreams[route.service]
        exchange = Exchange(
            upstream,
            body,
            self._watching_sessions(send) if route.auth else send,
            timeout_seconds=self._timeout,
        )
        url = upstream.url(path, scope["query_string"])
        identity = self._signer.sign(route.service, address, user)
        try:
            await exchange.run(route.method, url, _up(scope, headers, route, address, identity))
        finally:
            if route.auth:
                self._revocations.sessions_changed()

    def _is_at_home(self, headers: RequestHeaders) -> bool:
        return len(headers.origins) == 1 and headers.origins[0] in self._origins

    def _watching_sessions(self, send: Send) -> Send:
        async def watching(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._revocations.sessions_changed()
            await send(message)

        return watching


def _up(
    scope: Scope, headers: RequestHeaders, route: Route, address: str, identity: str
) -> list[tuple[str, str]]:
    """The headers for the service: the client's, and then the gateway's own word."""
    up = headers.passed
    up += (
        (INTERNAL_IDENTITY, identity),
        (REQUEST_ID, scope["state"]["request_id"]),
        (TRACEPARENT, scope["state"]["traceparent"]),
        ("x-forwarded-for", address),
        ("via", "1.1 api-gateway"),
    )
    if route.auth and headers.cookies:
        up.append(("cookie", b"; ".join(headers.cookies).decode("latin-1")))
    return up
