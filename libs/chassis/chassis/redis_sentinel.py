"""Redis by Sentinel: the hosts of the URI are sentinels, which know which server is the primary.

`redis+sentinel://user:password@host:port,host:port/service/database`, with `rediss+sentinel` for TLS to
the sentinels and to Redis. There is no standard; the Python packages limits and redis-sentinel-url write
it the same way. User, password and options are those of Redis; the sentinels are asked without a
password.
"""

from typing import Any, Final
from urllib.parse import urlsplit

from redis.asyncio import BlockingConnectionPool
from redis.asyncio.connection import parse_url
from redis.asyncio.sentinel import (
    Sentinel,
    SentinelConnectionPool,
    SentinelManagedConnection,
    SentinelManagedSSLConnection,
)

from chassis.store_uris import SENTINEL

DEFAULT_PORT: Final = 26379
# Seconds for one sentinel to answer: with one of three gone a command still gets its connection within a second.
ASK_TIMEOUT: Final = 0.3


class SentinelPool(SentinelConnectionPool, BlockingConnectionPool):
    """Asks a sentinel where the primary is, for each new connection."""


def is_by_sentinel(uri: str) -> bool:
    return urlsplit(uri).scheme.endswith(SENTINEL)


def sentinel_pool(uri: str, **options: Any) -> SentinelPool:  # noqa: ANN401 — those of redis-py's connections
    """Connections to the primary. Its `sentinel_manager` is to be closed after it."""
    parts = urlsplit(uri)
    user, _, hosts = parts.netloc.rpartition("@")
    service, _, database = parts.path.strip("/").partition("/")
    plain = parts._replace(
        scheme=parts.scheme.removesuffix(SENTINEL),
        netloc=f"{user}@" if user else "",
        path=f"/{database or 0}",
    )
    given: dict[str, Any] = {**parse_url(plain.geturl())}
    tls = given.pop("connection_class", None) is not None
    certificates = {name: value for name, value in given.items() if name.startswith("ssl_")}
    addresses = [urlsplit(f"//{host}") for host in hosts.split(",")]
    sentinel = Sentinel(  # type: ignore[no-untyped-call]
        [(address.hostname, address.port or DEFAULT_PORT) for address in addresses],
        sentinel_kwargs={
            "socket_timeout": ASK_TIMEOUT,
            "socket_connect_timeout": ASK_TIMEOUT,
            "retry": options["retry"],
            "ssl": tls,
            **certificates,
        },
    )
    managed = SentinelManagedSSLConnection if tls else SentinelManagedConnection
    return SentinelPool(  # type: ignore[no-untyped-call]
        service, sentinel, connection_class=managed, **given, **options
    )
