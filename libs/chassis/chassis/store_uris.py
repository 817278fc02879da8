"""The URIs of the stores, as settings: what is wrong with one is said at the start, without its value.

One URI names all members of a store: `scheme://user:password@one:1,two:2/path`.
"""

import re
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr
from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri

# Where the user, the password and the host end cannot be told when one of them has a delimiter that
# is not percent-encoded (RFC 3986, sections 2.2 and 3.2.1).
_ENCODED = r"([^][:/?#@%]|%[0-9A-Fa-f]{2})*"
_HOST = r"(\[[^][/?#@]*\]|[^][:/?#@,]*)(:[0-9]+)?"
_STORE_URI = re.compile(
    rf"[a-z+]+://({_ENCODED}(:{_ENCODED})?@)?{_HOST}(,{_HOST})*(/[^?#@]*)?(\?[^#@]*)?"
)
SENTINEL: Final = "+sentinel"
"""The end of a scheme: the hosts are sentinels, who know where Redis is."""
_REDIS_SCHEMES: Final = ("redis", "rediss", f"redis{SENTINEL}", f"rediss{SENTINEL}", "unix")
# Options of the three clients that end the check of certificates, or of the names in them.
_UNCHECKED: Final = re.compile(
    r"(?:^|&)(tlsInsecure|tlsAllowInvalidCertificates|tlsAllowInvalidHostnames"
    r"|ssl_cert_reqs|ssl_check_hostname|no_verify_ssl)=",
    re.IGNORECASE,
)
_SENTINEL_PATH: Final = re.compile(r"/[^/]+(/[0-9]+)?")


def _store_uri(value: SecretStr, schemes: Sequence[str]) -> SecretStr:
    uri = value.get_secret_value()
    if not _STORE_URI.fullmatch(uri):
        raise ValueError(
            "is not a URI like scheme://user:password@host:port/path; in the user and the password "
            "each of : / ? # [ ] @ % must be percent-encoded"
        )
    parts = urlsplit(uri)
    if parts.scheme not in schemes:
        raise ValueError(f"must begin with one of {', '.join(f'{name}://' for name in schemes)}")
    if unchecked := _UNCHECKED.search(parts.query):
        raise ValueError(
            f"must not have {unchecked.group(1)}: certificates are always checked; name the file of "
            "a certificate authority of your own in SSL_CERT_FILE"
        )
    if parts.scheme.endswith(SENTINEL) and not _SENTINEL_PATH.fullmatch(parts.path):
        raise ValueError(
            f"must name what the sentinels watch, like {parts.scheme}://user:password@"
            "sentinel-1:26379,sentinel-2:26379,sentinel-3:26379/mymaster/0"
        )
    return value


def _of_mongodb(value: SecretStr) -> SecretStr:
    # Only DNS knows the hosts of the other scheme, and it may be away now.
    known = value.get_secret_value().replace("mongodb+srv://", "mongodb://", 1)
    try:
        parsed = parse_uri(known)
    except (PyMongoError, ValueError) as error:
        raise ValueError(f"is not a URI of MongoDB: {error}") from None
    if not parsed["database"]:
        raise ValueError("names no database: mongodb://host1,host2,host3/DATABASE?replicaSet=NAME")
    return value


def _of_rabbitmq(value: SecretStr) -> SecretStr:
    for node in uris_of_nodes(value.get_secret_value()):
        urlsplit(node).port  # noqa: B018 — raises for a port that there cannot be
    return value


def uris_of_nodes(uri: str) -> list[str]:
    """The same URI for each host that it names. ValueError for a host without a name."""
    parts = urlsplit(uri)
    user, at, hosts = parts.netloc.rpartition("@")
    nodes = [parts._replace(netloc=f"{user}{at}{host}") for host in hosts.split(",")]
    if not all(node.hostname for node in nodes):
        raise ValueError("names a host without a name")
    return [node.geturl() for node in nodes]


RedisUri = Annotated[SecretStr, AfterValidator(partial(_store_uri, schemes=_REDIS_SCHEMES))]
"""Where Redis is, or the sentinels that know it, with the user and the password of the service."""
MongoUri = Annotated[
    SecretStr,
    AfterValidator(partial(_store_uri, schemes=("mongodb", "mongodb+srv"))),
    AfterValidator(_of_mongodb),
]
"""Where the members of a replica set are, and the database of the service."""
RabbitUri = Annotated[
    SecretStr,
    AfterValidator(partial(_store_uri, schemes=("amqp", "amqps"))),
    AfterValidator(_of_rabbitmq),
]
"""Where the nodes of a RabbitMQ cluster are: the service connects to any of them."""
