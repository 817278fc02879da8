"""Every route of the gateway: whom it leads to, and whether it needs an access token.

A request is refused for the first of these: a method of no standard is 501, a path that is not in
the table 404, a method that the path does not have 405. None of them reaches a service. Paths are matched as they arrive, undecoded, and forwarded as they matched, so
that the gateway and a service cannot read one path in two ways.
"""

import re
from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from chassis.errors import BadRequest, NotFound

from api_gateway.errors import MethodNotAllowed, MethodNotImplemented

ServiceName = Literal["user-service", "tasks-service", "activity-service"]

USERS: Final = "user-service"
TASKS: Final = "tasks-service"
ACTIVITY: Final = "activity-service"
GATEWAY: Final = None  # the gateway responds itself

# RFC 9110, section 9, and RFC 5789.
METHODS: Final = frozenset(
    ("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH")
)
SERVER_WIDE: Final = b"*"  # the target of an OPTIONS about no path (RFC 9110, section 9.3.7)


class Route(NamedTuple):
    """A route needs an access token unless `public` says otherwise.

    `sessions` marks those that take the refresh cookie and may end sessions, `stream` those whose
    response has no end of its own.
    """

    method: str
    path: str
    service: ServiceName | None
    public: bool = False
    sessions: bool = False
    stream: bool = False


ROUTES: Final = (
    Route("GET", "/health", GATEWAY, public=True),
    Route("GET", "/ready", GATEWAY, public=True),
    Route("GET", "/openapi.json", GATEWAY, public=True),
    Route("GET", "/docs", GATEWAY, public=True),
    Route("GET", "/docs/{file}", GATEWAY, public=True),
    Route("GET", "/api/quota", GATEWAY),
    Route("POST", "/api/users/auth/register", USERS, public=True, sessions=True),
    Route("POST", "/api/users/auth/login", USERS, public=True, sessions=True),
    Route("POST", "/api/users/auth/refresh", USERS, public=True, sessions=True),
    Route("POST", "/api/users/auth/logout", USERS, sessions=True),
    Route("GET", "/api/users/me", USERS),
    Route("POST", "/api/tasks", TASKS),
    Route("GET", "/api/tasks", TASKS),
    Route("POST", "/api/tasks/bulk", TASKS),
    Route("POST", "/api/tasks/undo", TASKS),
    Route("GET", "/api/tasks/facets", TASKS),
    Route("GET", "/api/tasks/{id}", TASKS),
    Route("PATCH", "/api/tasks/{id}", TASKS),
    Route("DELETE", "/api/tasks/{id}", TASKS),
    Route("POST", "/api/tasks/{id}/restore", TASKS),
    Route("GET", "/api/activity", ACTIVITY),
    Route("GET", "/api/activity/stream", ACTIVITY, stream=True),
)

# RFC 3986, section 3.3: what a path may consist of.
_PATH = re.compile(rb"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})+")
# What a path may consist of and yet be read differently behind another decoder: dot segments, and
# encoded dots, slashes, backslashes and control bytes.
_AMBIGUOUS = re.compile(rb"/\.\.?(?:/|$)|%(?:2[EeFf]|5[Cc]|[01][0-9A-Fa-f]|7[Ff])")
_QUERY = re.compile(rb"[\x21-\x7e]*")


class RouteTable:
    """Finds the route of a request. HEAD has the route of GET (RFC 9110, section 9.3.2)."""

    def __init__(self, routes: tuple[Route, ...] = ROUTES) -> None:
        by_path: dict[str, dict[str, Route]] = {}
        for route in routes:
            methods = by_path.setdefault(route.path, {})
            methods[route.method] = route
            if route.method == "GET":
                methods["HEAD"] = route
        self._everywhere = {method for methods in by_path.values() for method in methods}
        self._fixed = {path.encode(): by_path[path] for path in by_path if "{" not in path}
        self._patterns = [
            (re.compile(re.sub(r"\{\w+\}", "[^/]+", path).encode()), methods)
            for path, methods in by_path.items()
            if "{" in path
        ]

    def find(self, method: str, path: bytes) -> Route:
        """The route; NotFound or MethodNotAllowed when there is none."""
        methods = self._methods_of(path)
        route = methods.get(method)
        if route is None:
            raise MethodNotAllowed(_allow(methods))
        return route

    def allow(self, path: bytes) -> str:
        """The value of `Allow` for this path, NotFound for an unknown one."""
        return _allow(self._everywhere if path == SERVER_WIDE else self._methods_of(path))

    def _methods_of(self, path: bytes) -> dict[str, Route]:
        fixed = self._fixed.get(path)
        if fixed is not None:
            return fixed
        for pattern, methods in self._patterns:
            if pattern.fullmatch(path):
                return methods
        raise NotFound("Not found")


def _allow(methods: Iterable[str]) -> str:
    return ", ".join(sorted({*methods, "OPTIONS"}))


def refuse_unknown_method(method: str) -> None:
    """MethodNotImplemented for a method of no standard; names are case-sensitive."""
    if method not in METHODS:
        raise MethodNotImplemented


def checked_path(raw_path: bytes, query: bytes) -> bytes:
    """The path without one trailing slash; BadRequest for a path or query not to be forwarded."""
    ambiguous = not _PATH.fullmatch(raw_path) or _AMBIGUOUS.search(raw_path)
    if ambiguous or not _QUERY.fullmatch(query):
        raise BadRequest("Malformed address")
    if raw_path.endswith(b"/") and len(raw_path) > 1:
        return raw_path[:-1]
    return raw_path
