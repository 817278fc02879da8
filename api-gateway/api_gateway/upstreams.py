"""The services behind the gateway, each with connections of its own."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

import aiohttp
from aiohttp import hdrs
from yarl import URL

from api_gateway.routes import ServiceName

CONNECT_SECONDS: Final = 2.0
QUEUE_SECONDS: Final = 5.0  # for a free connection, when all are in use
MAX_CONNECTIONS: Final = 512  # to one service: a slow one exhausts these and no others
# Services close a connection after 75 idle seconds. Well before that the gateway stops using the
# connection, so that no POST, which may not be sent again, meets one that is just being closed.
KEEPALIVE_SECONDS: Final = 30.0

_ADDED_BY_AIOHTTP: Final = (
    hdrs.ACCEPT,
    hdrs.ACCEPT_ENCODING,
    hdrs.CONTENT_TYPE,
    hdrs.USER_AGENT,
)


class Upstream:
    """One service: its name, which is the audience of its identities, and its connections."""

    def __init__(self, service: ServiceName, url: str, session: aiohttp.ClientSession) -> None:
        self.service = service
        self.session = session
        self._url = url

    def url(self, path: bytes, query: bytes = b"") -> URL:
        """The URL of a path and query, byte for byte as given."""
        target = path + b"?" + query if query else path
        return URL(self._url + target.decode("ascii"), encoded=True)

    async def check(self) -> str:
        """For `/ready`: "up" when the service says it is ready, "unready" when it says not."""
        async with self.session.get(self.url(b"/ready")) as response:
            return "up" if response.status == 200 else "unready"


Upstreams = Mapping[ServiceName, Upstream]


@asynccontextmanager
async def open_upstreams(urls: Mapping[ServiceName, str]) -> AsyncIterator[Upstreams]:
    """The services at these URLs."""
    async with AsyncExitStack() as stack:
        yield {
            service: await stack.enter_async_context(open_upstream(service, url))
            for service, url in urls.items()
        }


@asynccontextmanager
async def open_upstream(service: ServiceName, url: str) -> AsyncIterator[Upstream]:
    """The service at `url`; connects when first asked for something."""
    connector = aiohttp.TCPConnector(limit=MAX_CONNECTIONS, keepalive_timeout=KEEPALIVE_SECONDS)
    async with aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        skip_auto_headers=_ADDED_BY_AIOHTTP,
        timeout=aiohttp.ClientTimeout(
            total=None, connect=QUEUE_SECONDS, sock_connect=CONNECT_SECONDS
        ),
    ) as session:
        yield Upstream(service, url, session)
