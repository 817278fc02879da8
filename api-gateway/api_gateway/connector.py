"""How the gateway connects to a service that has several addresses, any of which may go away.

A service runs any number of times behind one name, which a cluster resolves to an address for each.
aiohttp begins each new connection with another address, and goes on to the next one when an address
refuses or is silent for 0.25 s (RFC 8305). So nothing has been sent yet when it does: POST may go on,
too. This module adds what it takes for the addresses to change.
"""

import asyncio
import random
import socket
from typing import Final

import aiohttp
import structlog
from aiohttp import AddrInfoType, ThreadedResolver
from aiohttp.abc import ResolveResult

KEEPALIVE_SECONDS: Final = 30.0
"""Services close a connection after 75 idle seconds. Well before that the gateway stops using the
connection, so that no POST, which may not be sent again, meets one that is just being closed."""
NAMES_SECONDS: Final = 2  # for which the addresses of a name are used without a new look-up
LOOKUP_SECONDS: Final = 1.0  # then the last known addresses are good enough
# Seconds without a sign of life after which a connection to a machine that is gone is given up. The
# kernel of the other side answers, so a service that takes its time is not taken for gone (RFC 5482).
SILENT_SECONDS: Final = 6
PROBE_AFTER_SECONDS: Final = 3
RENEWED_SHARE: Final = 1 / 500
"""The share of requests after which their connection is closed, so that a service's new processes
get their part of a load that never lets a connection rest."""

log = structlog.get_logger()


def connector(connections: int, resolver: "ServiceResolver") -> aiohttp.TCPConnector:
    """To be made in a running event loop. `connections` is the most that it opens; 0 is no limit."""
    return aiohttp.TCPConnector(
        limit=connections,
        keepalive_timeout=KEEPALIVE_SECONDS,
        ttl_dns_cache=NAMES_SECONDS,
        resolver=resolver,
        socket_factory=_socket,
    )


def connection_header() -> dict[str, str]:
    """For each request: empty, or what closes the connection after the response."""
    closes = random.random() < RENEWED_SHARE  # noqa: S311 — spreads load, and is no secret
    return {"connection": "close"} if closes else {}


class ServiceResolver(ThreadedResolver):
    """The system's resolver. While it fails, the last known addresses count.

    The addresses come in a random order: the system sorts them (RFC 6724, section 6), and after each
    look-up the first one would get the first connection of every gateway.
    """

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[tuple[str, int], list[ResolveResult]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises OSError when the name has no address, and never had one."""
        known = self._known.get((host, port))
        try:
            async with asyncio.timeout(LOOKUP_SECONDS if known else None):
                found = await super().resolve(host, port, family)
        except OSError as error:
            if not known:
                raise
            log.warning("last known addresses are used", host=host, error=repr(error))
            found = known
        self._known[host, port] = found
        return random.sample(found, len(found))


def _socket(address: AddrInfoType) -> socket.socket:
    made = socket.socket(family=address[0], type=address[1], proto=address[2])
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, PROBE_AFTER_SECONDS)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENT_SECONDS * 1000)
    return made
