"""Which requests go on: what is asked for, by whom, and whether that account has any left."""

from typing import Final, NamedTuple

from chassis.errors import Forbidden, ServiceError, Unavailable
from chassis.health import PATHS
from contracts.identity import IdentifiedUser
from starlette.types import Scope

from api_gateway.access_tokens import AccessTokens
from api_gateway.cors import Cors
from api_gateway.errors import BadGateway
from api_gateway.headers import RequestHeaders
from api_gateway.quota_accounts import Quotas
from api_gateway.quota_counts import OverQuota
from api_gateway.request_body import RequestBody
from api_gateway.revocation import Revocations
from api_gateway.routes import Route, RouteTable, checked_path, refuse_unknown_method

_UNCOUNTED_PATHS: Final = frozenset(path.encode() for path in PATHS)


class Admitted(NamedTuple):
    """A request that may go on.

    `route` is None for OPTIONS, which `allow` answers; `user` is None where no token is needed.
    """

    path: bytes
    route: Route | None
    user: IdentifiedUser | None
    allow: str = ""


class Admission:
    """Admits requests, or raises the error that stops them."""

    def __init__(self, tokens: AccessTokens, cors: Cors) -> None:
        self._routes = RouteTable()
        self._tokens = tokens
        self._cors = cors

    async def admit(
        self,
        scope: Scope,
        headers: RequestHeaders,
        body: RequestBody,
        client_ip: str,
    ) -> Admitted:
        """Identify a request, count it on the account of its user or address, check its session.

        On its address's account is a request without a good token, and one that begins or ends a
        session. The count stands in the scope as `quota`, for the response headers.
        """
        if scope["raw_path"] in _UNCOUNTED_PATHS:
            return self._identify(scope, headers, body)
        quotas: Quotas = scope["state"]["quotas"]
        revocations: Revocations = scope["state"]["revocations"]
        try:
            admitted = self._identify(scope, headers, body)
            _, route, user, _ = admitted
            if user is None or (route is not None and route.sessions):
                count = quotas.of_address(client_ip)
            else:
                count = quotas.of_user(user.id, scope["method"])
            scope["quota"] = count
            if user is None:
                await quotas.count(count)
            else:
                await revocations.check(user, count)
        except (OverQuota, Unavailable, BadGateway):
            raise  # counted
        except ServiceError:
            scope["quota"] = quotas.of_address(client_ip)
            await quotas.count(scope["quota"])
            raise
        return admitted

    def _identify(self, scope: Scope, headers: RequestHeaders, body: RequestBody) -> Admitted:
        """What the request itself says; no store is asked."""
        refuse_unknown_method(scope["method"])
        path = checked_path(scope["raw_path"], scope["query_string"])
        if scope["method"] == "OPTIONS":
            return Admitted(path, None, None, self._routes.allow(path))
        route = scope["route"] = self._routes.find(scope["method"], path)
        # Also without a cookie, so that no foreign page signs a browser in (login CSRF).
        if route.sessions and headers.origins and not self._cors.allows(headers.origins):
            raise Forbidden("Origin not allowed")
        user = None if route.public else self._tokens.user_of(headers.authorization)
        body.refuse_too_large()
        return Admitted(path, route, user)
