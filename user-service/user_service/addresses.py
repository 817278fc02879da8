"""Client addresses as they are stored: an address is personal, so only a digest of it is kept."""

import hashlib
import hmac
from collections.abc import Sequence

from chassis.client_network import client_network


def address_digests(client_ip: str, *, owner: str, secrets: Sequence[str]) -> list[str]:
    """HMAC-SHA-256 of the client's network by each secret, in hexadecimal digits.

    The first is the one to store; an address is known if any of them is stored.

    Two digests can be compared only if they have the same `owner`, the id of an account or a
    session. Without the secret somebody could try all IPv4 addresses.
    """
    subject = f"{owner} {client_network(client_ip)}"
    return [
        hmac.digest(secret.encode(), subject.encode(), hashlib.sha256).hex() for secret in secrets
    ]
