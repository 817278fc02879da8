"""Which IP addresses belong to one client."""

import ipaddress
from functools import lru_cache


@lru_cache(maxsize=4096)
def client_network(ip: str) -> str:
    """The network that counts as one client; any text that is no IP address stands for itself.

    An IPv4 address is a client, also where it is written as IPv6. An IPv6 client can choose any
    address of its /64 (RFC 4291, section 2.5.4), so the whole /64 counts as one.
    """
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((address.packed[:8] + bytes(8), 64)))
