"""The URIs of the stores, as settings: what is wrong with one is said at the start, without its value."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

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


MongoUri = Annotated[
    SecretStr, AfterValidator(partial(_store_uri, schemes=("mongodb", "mongodb+srv")))
]
RedisUri = Annotated[SecretStr, AfterValidator(partial(_store_uri, schemes=_REDIS_SCHEMES))]
RabbitUri = Annotated[SecretStr, AfterValidator(partial(_store_uri, schemes=("amqp", "amqps")))]
"""Where a store is, with the user and the password that it knows the service by."""
