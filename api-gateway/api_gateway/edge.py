"""What every answer of the gateway carries, whoever made it: security headers and CORS.

Starlette's CORSMiddleware would send `access-control-allow-credentials` and the exposed headers to
every origin, answers a foreign preflight with 400 in plain text, and leaves `vary` out where no
origin was sent; so the CORS of one fixed policy is spelled out here (Fetch Standard, section 3.3).
"""

from collections.abc import Iterable
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api_gateway.headers import Pairs

_SECURITY: Final[Pairs] = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]
_HSTS: Final = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
_NO_STORE: Final = (b"cache-control", b"no-store")
_VARY: Final = (b"vary", b"Origin")
_EXPOSED: Final = b"etag, retry-after, x-request-id"
_PREFLIGHT: Final[Pairs] = [
    (b"access-control-allow-methods", b"GET, POST, PATCH, DELETE"),
    (
        b"access-control-allow-headers",
        b"authorization, content-type, if-match, if-none-match, traceparent, x-request-id",
    ),
    (b"access-control-max-age", b"600"),
    (b"vary", b"Access-Control-Request-Method, Access-Control-Request-Headers"),
]


def security_headers(*, production: bool) -> Pairs:
    """The headers that do not depend on the request; HSTS only where TLS is sure to be in front."""
    return [*_SECURITY, _HSTS] if production else list(_SECURITY)


class AnswerHeaders:
    """The security headers, and those of CORS by the request's `Origin`."""

    def __init__(self, origins: Iterable[str], *, production: bool) -> None:
        self._plain = [*security_headers(production=production), _VARY]
        self._allowed = {
            origin.encode(): [
                *self._plain,
                (b"access-control-allow-origin", origin.encode()),
                (b"access-control-allow-credentials", b"true"),
                (b"access-control-expose-headers", _EXPOSED),
            ]
            for origin in origins
        }

    def to(self, scope: Scope) -> Pairs:
        """For the answer to this request, of whose scope only the headers are read."""
        origin = _origin(scope)
        return self._plain if origin is None else self._allowed.get(origin, self._plain)


class Edge:
    """The outermost layer. Adds the headers to every answer."""

    def __init__(self, app: ASGIApp, headers: AnswerHeaders) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        added = self._headers.to(scope)
        if scope["path"].startswith("/api"):
            added = [*added, _NO_STORE]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *added]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _origin(scope: Scope) -> bytes | None:
    """The one `Origin` of the request: two are none."""
    origins = [value for name, value in scope["headers"] if name == b"origin"]
    return origins[0] if len(origins) == 1 else None


def is_preflight(scope: Scope) -> bool:
    """A browser asks whether it may send a request (Fetch Standard, section 3.3.2)."""
    return scope["method"] == "OPTIONS" and any(
        name == b"access-control-request-method" for name, _ in scope["headers"]
    )


async def answer_preflight(send: Send, *, allowed: bool) -> None:
    """204; without the permissions for an origin that has none, which the browser then refuses."""
    headers = _PREFLIGHT if allowed else []
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
