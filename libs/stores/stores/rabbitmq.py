"""RabbitMQ: tasks-service publishes events, activity-service consumes them, in one virtual host."""

import base64
import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from contracts.events import DEAD_LETTER_QUEUE, EXCHANGE, QUEUE

from stores.passwords import ADMIN, password_of

_DEFAULT_EXCHANGE = "amq.default"


def _only(*names: str) -> str:
    """A pattern for these names alone; for none of them without any."""
    return f"^({'|'.join(map(re.escape, names))})$" if names else "^$"


_QUEUES = (QUEUE, DEAD_LETTER_QUEUE)
PERMISSIONS: Final[Mapping[str, Mapping[str, str]]] = {
    ADMIN: {"configure": ".*", "write": ".*", "read": ".*"},
    "tasks-service": {"configure": _only(EXCHANGE), "write": _only(EXCHANGE), "read": _only()},
    "activity-service": {
        "configure": _only(EXCHANGE, *_QUEUES),
        "write": _only(*_QUEUES, _DEFAULT_EXCHANGE),
        "read": _only(EXCHANGE, *_QUEUES),
    },
}
"""What each user may configure, write to and read from: patterns of names in a virtual host."""

SERVICES: Final = tuple(name for name in PERMISSIONS if name != ADMIN)


def user_uri(user: str, host: str, vhost: str, secret: str) -> str:
    """A virtual host for a service or for the administrator; `host` has the port."""
    return f"amqp://{user}:{password_of(user, secret)}@{host}/{quote(vhost, safe='')}"


def definitions(vhost: str, secret: str) -> dict[str, Any]:
    """What RabbitMQ imports at each start: the virtual host, its users and their rights.

    The administrator may also use the management API.
    """
    users = [_user(ADMIN, secret, "administrator")]
    users += [_user(name, secret) for name in SERVICES]
    permissions = [{"user": user, "vhost": vhost, **may} for user, may in PERMISSIONS.items()]
    return {"vhosts": [{"name": vhost}], "users": users, "permissions": permissions}


def _user(name: str, secret: str, *tags: str) -> dict[str, Any]:
    # https://www.rabbitmq.com/docs/passwords#computing-password-hash
    salt = bytes.fromhex(password_of(f"salt of {name}", secret))[:4]  # the same at each call
    digest = hashlib.sha256(salt + password_of(name, secret).encode()).digest()
    return {
        "name": name,
        "password_hash": base64.b64encode(salt + digest).decode(),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": list(tags),
        "limits": {},
    }
