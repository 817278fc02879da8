"""The services behind the gateway, each with connections of its own."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final, NamedTuple

import aiohttp
import structlog
from aiohttp import hdrs
from chassis.identity import sign_identity
from contracts.headers import INTERNAL_IDENTITY
from contracts.identity import CHALLENGE, IdentifiedUser, InternalIdentity
from yarl import URL

from api_gateway.connector import ServiceResolver, connection_header, connector
from api_gateway.errors import BadGateway
from api_gateway.metrics import UPSTREAM_REQUESTS
from api_gateway.routes import ServiceName

CONNECT_SECONDS: Final = 2.0
QUEUE_SECONDS: Final = 5.0  # for a free connection, when all are in use
MAX_CONNECTIONS: Final = 512  # to one service: a slow one exhausts these and no others
NO_LIMIT: Final = 0  # but that of the clients' connections, since each stream has one of those
MAX_OWN_CONNECTIONS: Final = 32  # for what the gateway itself asks, whatever its clients do

_ADDED_BY_AIOHTTP: Final = (
    hdrs.ACCEPT,
    hdrs.ACCEPT_ENCODING,
    hdrs.CONTENT_TYPE,
    hdrs.USER_AGENT,
)


OWN_ADDRESS: Final = "api-gateway"  # of a request that comes from no client

log = structlog.get_logger()


class Sessions(NamedTuple):
    """For what clients ask, for responses to them without an end, and for what the gateway asks."""

    clients: aiohttp.ClientSession
    streams: aiohttp.ClientSession
    own: aiohttp.ClientSession


class Upstream:
    """One service: its name, which is the audience of its identities, and its connections.

    Of `sessions` each has connections of its own; `secret` signs the identities.
    """

    def __init__(
        self,
        service: ServiceName,
        url: str,
        secret: str,
        *,
        sessions: Sessions,
    ) -> None:
        self.service = service
        self.session, self.streams, self._own = sessions
        self.in_flight = UPSTREAM_REQUESTS.labels(service)
        self._url = url
        self._secret = secret

    def url(self, path: bytes, query: bytes = b"") -> URL:
        """The URL of a path and query, byte for byte as given."""
        target = path + b"?" + query if query else path
        return URL(self._url + target.decode("ascii"), encoded=True)

    def identity(
        self, method: str, path: bytes, *, client_ip: str, user: IdentifiedUser | None
    ) -> str:
        """The value of `x-internal-identity` for one request, which has to begin at once."""
        return sign_identity(
            InternalIdentity(client_ip=client_ip, user=user),
            audience=self.service,
            secret=self._secret,
            method=method,
            path=path.decode("ascii"),
        )

    def refuse_disbelief(self, response: aiohttp.ClientResponse) -> None:
        """BadGateway when the service does not take the gateway for the gateway.

        Nothing is wrong with the client's token then, so the client must not see the 401.
        """
        if response.status == 401 and response.headers.get(hdrs.WWW_AUTHENTICATE) == CHALLENGE:
            log.error(
                "service does not believe the gateway: INTERNAL_SECRET or the clocks differ",
                upstream=self.service,
            )
            raise BadGateway

    async def ask(self, path: bytes, query: bytes = b"") -> tuple[int, bytes]:
        """Status and body of the response to a question of the gateway's own, by GET."""
        identity = self.identity("GET", path, client_ip=OWN_ADDRESS, user=None)
        headers = {INTERNAL_IDENTITY: identity, **connection_header()}
        async with self._own.get(
            self.url(path, query), headers=headers, allow_redirects=False
        ) as response:
            self.refuse_disbelief(response)
            return response.status, await response.read()

    async def check(self) -> str:
        """For `/ready`: "up" when the service says it is ready, else what else it says."""
        try:
            status, _ = await self.ask(b"/ready")
        except BadGateway:
            return "does not believe the gateway"
        return "up" if status == 200 else "unready"


Upstreams = Mapping[ServiceName, Upstream]


@asynccontextmanager
async def open_upstreams(urls: Mapping[ServiceName, str], secret: str) -> AsyncIterator[Upstreams]:
    """The services at these URLs."""
    async with AsyncExitStack() as stack:
        yield {
            service: await stack.enter_async_context(open_upstream(service, url, secret))
            for service, url in urls.items()
        }


@asynccontextmanager
async def open_upstream(service: ServiceName, url: str, secret: str) -> AsyncIterator[Upstream]:
    """The service at `url`; connects when first asked for something."""
    resolver = ServiceResolver()
    async with (
        _session(MAX_CONNECTIONS, resolver) as session,
        _session(NO_LIMIT, resolver) as streams,
        _session(MAX_OWN_CONNECTIONS, resolver) as own,
    ):
        yield Upstream(service, url, secret, sessions=Sessions(session, streams, own))


def _session(connections: int, resolver: ServiceResolver) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=connector(connections, resolver),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        skip_auto_headers=_ADDED_BY_AIOHTTP,
        timeout=aiohttp.ClientTimeout(
            total=None, connect=QUEUE_SECONDS, sock_connect=CONNECT_SECONDS
        ),
    )
