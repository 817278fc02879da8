"""Every route of the gateway: whom it leads to, and whether it needs an access token.

A request whose path is not in the table gets 404, one whose method is not there 405; neither
reaches a service. Paths are matched as they arrive, undecoded, and forwarded as they matched, so
that the gateway and a service cannot read one path in two ways.
"""

import re
from typing import Final, Literal, NamedTuple

from chassis.errors import BadRequest, NotFound

from api_gateway.errors import MethodNotAllowed

ServiceName = Literal["user-service", "tasks-service", "activity-service"]

USERS: Final = "user-service"
TASKS: Final = "tasks-service"
ACTIVITY: Final = "activity-service"
GATEWAY: Final = None  # the gateway responds itself

MAX_TARGET_BYTES: Final = 8192  # of path and query together


class Route(NamedTuple):
    """A route needs an access token unless `public` says otherwise.

    `sessions` marks those that take the refresh cookie and may end sessions.
    """

    method: str
    path: str
    service: ServiceName | None
    public: bool = False
    sessions: bool = False


ROUTES: Final = (
    Route("GET", "/health", GATEWAY, public=True),
    Route("GET", "/ready", GATEWAY, public=True),
    Route("GET", "/openapi.json", GATEWAY, public=True),
    Route("GET", "/docs", GATEWAY, public=True),
    Route("GET", "/docs/{file}", GATEWAY, public=True),
    Route("POST", "/api/users/auth/register", USERS, public=True, sessions=True),
    Route("POST", "/api/users/auth/login", USERS, public=True, sessions=True),
    Route("POST", "/api/users/auth/refresh", USERS, public=True, sessions=True),
    Route("POST", "/api/users/auth/logout", USERS, sessions=True),
    Route("POST", "/api/tasks", TASKS),
    Route("GET", "/api/tasks", TASKS),
    Route("GET", "/api/tasks/{id}", TASKS),
    Route("PATCH", "/api/tasks/{id}", TASKS),
    Route("DELETE", "/api/tasks/{id}", TASKS),
    Route("GET", "/api/activity", ACTIVITY),
)

# RFC 3986, section 3.3: what a path may consist of.
_PATH = re.compile(rb"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})+")
# What a path may consist of and yet be read differently behind another decoder: dot segments, and
# encoded dots, slashes, backslashes and control bytes.
_AMBIGUOUS = re.compile(rb"/\.\.?(?:/|$)|%(?:2[EeFf]|5[Cc]|[01][0-9A-Fa-f]|7[Ff])")
_QUERY = re.compile(rb"[\x21-\x7e]*")


class RouteTable:
    """Finds the route of a request."""

    def __init__(self, routes: tuple[Route, ...] = ROUTES) -> None:
        by_path: dict[str, dict[str, Route]] = {}
        for route in routes:
            methods = by_path.setdefault(route.path, {})
            methods[route.method] = route
            if route.service is GATEWAY and route.method == "GET":
                methods["HEAD"] = route
        self._fixed = {path.encode(): by_path[path] for path in by_path if "{" not in path}
        self._patterns = [
            (re.compile(re.sub(r"\{\w+\}", "[^/]+", path).encode()), methods)
            for path, methods in by_path.items()
            if "{" in path
        ]

    def find(self, method: str, path: bytes) -> Route:
        """The route; NotFound or MethodNotAllowed (RFC 9110, section 15.5.6) when there is none."""
        methods = self._fixed.get(path) or self._matching(path)
        route = methods.get(method)
        if route is None:
            raise MethodNotAllowed(methods)
        return route

    def _matching(self, path: bytes) -> dict[str, Route]:
        for pattern, methods in self._patterns:
            if pattern.fullmatch(path):
                return methods
        raise NotFound("Not found")


def checked_path(raw_path: bytes, query: bytes) -> bytes:
    """The path without one trailing slash; BadRequest for a path or query not to be forwarded."""
    if (
        len(raw_path) + len(query) > MAX_TARGET_BYTES
        or not _PATH.fullmatch(raw_path)
        or _AMBIGUOUS.search(raw_path)
        or not _QUERY.fullmatch(query)
    ):
        raise BadRequest("Malformed address")
    if raw_path.endswith(b"/") and len(raw_path) > 1:
        return raw_path[:-1]
    return raw_path
