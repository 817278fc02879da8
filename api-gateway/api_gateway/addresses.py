"""The client's address: the peer's, unless the peer is a proxy that the settings trust."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

UNKNOWN: Final = "unknown"  # the peer of a Unix socket has no address


class Addresses:
    """Knows the trusted proxies: `networks` in CIDR notation."""

    def __init__(self, networks: Iterable[str]) -> None:
        self._networks = [ip_network(network) for network in networks]
        self._trusts = lru_cache(maxsize=4096)(self._is_trusted)

    def of(self, peer: tuple[str, int] | None, forwarded_for: Sequence[bytes]) -> str:
        """The right-most address of `X-Forwarded-For` that no trusted proxy has, read from `peer`.

        What stands left of it is whatever its sender liked to write.
        """
        address = _plain(peer[0]) if peer else None
        if address is None:
            return UNKNOWN
        if not self._networks or not forwarded_for or not self._trusts(address):
            return address
        hops = b",".join(forwarded_for).decode("latin-1").split(",")
        for hop in reversed(hops):
            named = _plain(_without_port(hop.strip()))
            if named is None:
                break
            address = named
            if not self._trusts(address):
                break
        return address

    def _is_trusted(self, address: str) -> bool:
        known = ip_address(address)
        return any(known in network for network in self._networks)


@lru_cache(maxsize=4096)
def _plain(text: str) -> str | None:
    """One spelling for each address, an IPv4 one inside IPv6 as itself; None for what is none."""
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
