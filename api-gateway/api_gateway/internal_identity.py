"""The signed identity that tells a service who sends a request."""

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from chassis.identity import sign_identity
from contracts.identity import IdentifiedUser, InternalIdentity

REUSED_SECONDS: Final = 10  # of the 30 that a signature lives
MAX_CACHED: Final = 8192


class IdentitySigner:
    """Signs identities, and gives the same signature again for at most `REUSED_SECONDS`."""

    def __init__(self, secret: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._secret = secret
        self._clock = clock
        self._sign_once = lru_cache(maxsize=MAX_CACHED)(self._sign)

    def sign(self, service: str, client_ip: str, user: IdentifiedUser | None) -> str:
        """The value of `x-internal-identity` for one request to `service`."""
        return self._sign_once(service, client_ip, user, self._clock() // REUSED_SECONDS)

    def _sign(
        self,
        service: str,
        client_ip: str,
        user: IdentifiedUser | None,
        _period: float,  # a new one makes a new signature
    ) -> str:
        identity = InternalIdentity(client_ip=client_ip, user=user)
        return sign_identity(identity, audience=service, secret=self._secret)
