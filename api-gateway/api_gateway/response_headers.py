"""The headers that every response of the gateway carries, whoever made it: security, CORS, quotas."""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api_gateway.cors import Cors
from api_gateway.headers import Headers

_SECURITY: Final[Headers] = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
]
_POLICY: Final = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_DOCS_POLICY: Final = (
    b"content-security-policy",
    (
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; "
        b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
)
_NO_STORE: Final = (b"cache-control", b"no-store")


class ResponseHeaders:
    """Says which headers a response gets.

    `hsts_max_age` is in seconds; 0 tells browsers to forget it (RFC 6797, section 6.1.1), None sends
    no HSTS. Other hosts of the same domain are not the gateway's to decide about.
    """

    def __init__(self, cors: Cors, *, hsts_max_age: int | None) -> None:
        self._cors = cors
        security = [*_SECURITY]
        if hsts_max_age is not None:
            security.append((b"strict-transport-security", b"max-age=%d" % hsts_max_age))
        self._api = [*security, _POLICY, _NO_STORE]
        self._docs = [*security, _DOCS_POLICY]
        self._other = [*security, _POLICY]

    def of(self, scope: Scope) -> Headers:
        """For the response to this request, which may have been read in part only."""
        path: str = scope.get("path", "/api")
        if path.startswith("/api"):
            return self._api + self._cors.response_headers(scope)
        if path.startswith("/docs"):
            return self._docs + self._cors.response_headers(scope)
        return self._other + self._cors.response_headers(scope)


class ResponseHeadersMiddleware:
    """Adds them. The outermost middleware, so that no error response is without them.

    A request that has been counted has its count in the scope, as `quota`.
    """

    def __init__(self, app: ASGIApp, headers: ResponseHeaders) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        added = self._headers.of(scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                counted: Headers = scope["quota"].response_headers() if "quota" in scope else []
                message["headers"] = [*message.get("headers", ()), *added, *counted]
            await send(message)

        await self._app(scope, receive, send_with_headers)
