"""The client's IP address: the peer's, unless the peer is a proxy that the settings trust."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

UNKNOWN: Final = "unknown"  # the peer of a Unix socket has no address
MAX_CACHED: Final = 4096


class ClientIps:
    """Tells the client's IP address from the peer's; `trusted_proxies` are in CIDR notation."""

    def __init__(self, trusted_proxies: Iterable[str]) -> None:
        self._trusted_networks = [ip_network(network) for network in trusted_proxies]
        self.is_trusted = lru_cache(maxsize=MAX_CACHED)(self._is_trusted)

    def of(self, peer: tuple[str, int] | None, forwarded_for: Sequence[bytes]) -> str:
        """The right-most address of `X-Forwarded-For` that no trusted proxy has, read from `peer`.

        Whatever stands left of that address was written by the client itself.
        """
        ip = _normal(peer[0]) if peer else None
        if ip is None:
            return UNKNOWN
        if not self._trusted_networks or not forwarded_for or not self.is_trusted(ip):
            return ip
        hops = b",".join(forwarded_for).decode("latin-1").split(",")
        for hop in reversed(hops):
            named = _normal(_without_port(hop.strip()))
            if named is None:
                break
            ip = named
            if not self.is_trusted(ip):
                break
        return ip

    def _is_trusted(self, ip: str) -> bool:
        address = ip_address(ip)
        return any(address in network for network in self._trusted_networks)


@lru_cache(maxsize=MAX_CACHED)
def _normal(text: str) -> str | None:
    """The address in its one spelling, IPv4 inside IPv6 as IPv4; None for what is no address."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(address)


def _without_port(hop: str) -> str:
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
