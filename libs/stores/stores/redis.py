"""Redis: user-service writes the blacklist, the gateway reads it and counts requests beside it."""

import hashlib
from collections.abc import Mapping
from typing import Final

from contracts.blacklist import KEY

from stores.passwords import ADMIN, password_of

_CHANGES_SORTED_SETS = "+zadd +zrem +zremrangebyscore +zscore"
_COUNTS = "+zmscore +zscore +evalsha +script|load +time +get +set"
_QUOTAS = "quota:*"
_RIGHTS: Final[Mapping[str, str]] = {
    ADMIN: "~* &* +@all",
    "user-service": f"~{KEY} +ping +info +eval +type +del +expire {_CHANGES_SORTED_SETS}",
    "api-gateway": f"%R~{KEY} ~{_QUOTAS} +ping +info {_COUNTS}",
}

USERS: Final = tuple(_RIGHTS)


def user_uri(user: str, host: str, secret: str) -> str:
    """Database 0 for one of USERS; `host` has the port."""
    return f"redis://{user}:{password_of(user, secret)}@{host}/0"


def configuration(secret: str, fallback: str = "") -> list[str]:
    """The lines of redis.conf that make the users; it holds no password, only their hashes.

    With a `fallback` each user has a second password, that of this secret. Who gives no password
    may ping.
    """
    lines = ["user default on nopass resetkeys resetchannels -@all +ping"]
    for user, rights in _RIGHTS.items():
        passwords = [password_of(user, one) for one in (secret, fallback) if one]
        digests = [f"#{hashlib.sha256(password.encode()).hexdigest()}" for password in passwords]
        lines.append(f"user {user} on {' '.join(digests)} {rights}")
    return lines
