"""The public surface: every call that the gateway lets through, and what it asks of each.

A request whose path is not here gets 404, one whose method is not here 405; neither reaches a
service. Paths are matched as they arrive, undecoded, and forwarded as they matched, so that the
gateway and a service cannot read one path in two ways.
"""

import re
from typing import Final, Literal, NamedTuple

from chassis.errors import BadRequest, NotFound

from api_gateway.errors import MethodNotAllowed

Service = Literal["user-service", "tasks-service", "activity-service"]

USERS: Final = "user-service"
TASKS: Final = "tasks-service"
ACTIVITY: Final = "activity-service"

PUBLIC: Final = False
BEARER: Final = True


class Route(NamedTuple):
    """`token`: only with a valid access token. `auth`: takes cookies, and may revoke sessions."""

    method: str
    path: str
    service: Service
    token: bool
    auth: bool = False


SURFACE: Final = (
    Route("POST", "/api/users/auth/register", USERS, PUBLIC, auth=True),
    Route("POST", "/api/users/auth/login", USERS, PUBLIC, auth=True),
    Route("POST", "/api/users/auth/refresh", USERS, PUBLIC, auth=True),
    Route("POST", "/api/users/auth/logout", USERS, BEARER, auth=True),
    Route("POST", "/api/tasks", TASKS, BEARER),
    Route("GET", "/api/tasks", TASKS, BEARER),
    Route("GET", "/api/tasks/{id}", TASKS, BEARER),
    Route("PATCH", "/api/tasks/{id}", TASKS, BEARER),
    Route("DELETE", "/api/tasks/{id}", TASKS, BEARER),
    Route("GET", "/api/activity", ACTIVITY, BEARER),
)

OWN_PATHS: Final = frozenset({b"/health", b"/ready"})

MAX_TARGET_BYTES: Final = 8192  # of path and query together

# RFC 3986, section 3.3: what a path may consist of.
_PATH = re.compile(rb"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})+")
# What a path may consist of and yet be read differently behind another decoder: dot segments, and
# encoded dots, slashes, backslashes and control bytes.
_AMBIGUOUS = re.compile(rb"/\.\.?(?:/|$)|%(?:2[EeFf]|5[Cc]|[01][0-9A-Fa-f]|7[Ff])")
_QUERY = re.compile(rb"[\x21-\x7e]*")


class Surface:
    """Finds the route of a request."""

    def __init__(self, routes: tuple[Route, ...] = SURFACE) -> None:
        self._fixed: dict[bytes, dict[str, Route]] = {}
        self._patterns: list[tuple[re.Pattern[bytes], dict[str, Route]]] = []
        by_path: dict[str, dict[str, Route]] = {}
        for route in routes:
            by_path.setdefault(route.path, {})[route.method] = route
        for path, methods in by_path.items():
            if "{" in path:
                pattern = re.sub(r"\{\w+\}", "[^/]+", path).encode()
                self._patterns.append((re.compile(pattern), methods))
            else:
                self._fixed[path.encode()] = methods

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


def plain_target(raw_path: bytes, query: bytes) -> bytes:
    """The path without one trailing slash; BadRequest for a path or query not to be passed on."""
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
