"""What is said when the certificate of a store is not trusted.

Certificates are always checked, against the authorities of the system or, with `SSL_CERT_FILE`, of that
file: OpenSSL reads the variable, and so do all three clients.
"""

import re
import time
from typing import Final

import structlog

from chassis.logs import REMINDER_INTERVAL

NOT_TRUSTED: Final = "certificate not trusted"
_REASON: Final = re.compile(r"certificate verify failed: ([^()]*[^() ])")

log = structlog.get_logger()
_reported: dict[str, float] = {}


def word_for(store: str, error: BaseException) -> str | None:
    """For `/ready`: "certificate not trusted" if that is the fault; said in the log once a minute."""
    found = _REASON.search(str(error))
    if found is None:
        return None
    now = time.monotonic()
    if now >= _reported.get(store, 0.0):
        _reported[store] = now + REMINDER_INTERVAL
        log.error(
            "certificate not trusted: name the file of its certificate authority in SSL_CERT_FILE, "
            "and the store in its URI as the certificate does",
            store=store,
            reason=found.group(1),
        )
    return NOT_TRUSTED
