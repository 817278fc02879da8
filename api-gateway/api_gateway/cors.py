"""CORS for one fixed policy (Fetch Standard, section 3.3): response headers and preflights.

Starlette's CORSMiddleware would send `access-control-allow-credentials` and the exposed headers to
every origin, answers a foreign preflight with 400 in plain text, and leaves `vary` out where no
origin was sent.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from starlette.types import Scope

from api_gateway.headers import Headers

_VARY: Final = (b"vary", b"Origin")
_EXPOSED: Final = (
    b"etag, location, retry-after, ratelimit, ratelimit-policy, x-request-id, idempotency-replayed"
)
_PREFLIGHT: Final[Headers] = [
    (b"access-control-allow-methods", b"GET, POST, PATCH, DELETE"),
    (
        b"access-control-allow-headers",
        (
            b"authorization, content-type, if-match, idempotency-key, last-event-id, traceparent, "
            b"x-request-id"
        ),
    ),
    (b"access-control-max-age", b"600"),
    (b"vary", b"Access-Control-Request-Method, Access-Control-Request-Headers"),
]


class Cors:
    """Allows `origins`, with credentials."""

    def __init__(self, origins: Iterable[str]) -> None:
        self._headers: dict[bytes, Headers] = {
            origin.encode(): [
                _VARY,
                (b"access-control-allow-origin", origin.encode()),
                (b"access-control-allow-credentials", b"true"),
                (b"access-control-expose-headers", _EXPOSED),
            ]
            for origin in origins
        }
        self._for_others = [_VARY]

    def allows(self, origins: Sequence[bytes]) -> bool:
        """Whether these `Origin` headers are one header with an allowed origin."""
        return len(origins) == 1 and origins[0] in self._headers

    def response_headers(self, scope: Scope) -> Headers:
        """For the response to this request, of whose scope only the headers are read."""
        origins = [value for name, value in scope["headers"] if name == b"origin"]
        return self._headers[origins[0]] if self.allows(origins) else self._for_others

    def preflight_headers(self, origins: Sequence[bytes]) -> Headers:
        """The permissions; none for a foreign origin, whose request the browser then refuses."""
        return _PREFLIGHT if self.allows(origins) else []


def is_preflight(scope: Scope) -> bool:
    """Whether a browser asks if it may send a request (Fetch Standard, section 3.3.2)."""
    return scope["method"] == "OPTIONS" and any(
        name == b"access-control-request-method" for name, _ in scope["headers"]
    )
