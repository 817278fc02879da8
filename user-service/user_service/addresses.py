"""Which addresses are one client."""

import ipaddress


def client_of(address: str) -> str:
    """The client behind an IP address; any other text stands for itself.

    An IPv6 client has a whole /64 to choose from (RFC 4291, section 2.5.4): that is the client.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ipaddress.IPv6Network((ip.packed[:8] + bytes(8), 64)))
