"""Client addresses as they are stored: an address is personal, so only a digest of it is kept."""

import hashlib
import hmac

from chassis.client_network import client_network


def address_digest(client_ip: str, *, owner: str, secret: str) -> str:
    """HMAC-SHA-256 of the client's network, in hexadecimal digits.

    Two digests can be compared only if they have the same `owner`, the id of an account or a
    session. Without the secret somebody could try all IPv4 addresses.
    """
    subject = f"{owner} {client_network(client_ip)}"
    return hmac.digest(secret.encode(), subject.encode(), hashlib.sha256).hex()
