"""The signed word of the gateway on who asks, for one service at a time."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from chassis.identity import sign_identity
from contracts.identity import IdentifiedUser, InternalIdentity

REUSED_SECONDS: Final = 10  # of the 30 that a signature lives
MAX_REMEMBERED: Final = 8192

_Key = tuple[str, str, tuple[str, str, str, int] | None]


class Signer:
    """Signs identities, and gives the same signature again for `REUSED_SECONDS`."""

    def __init__(self, secret: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._secret = secret
        self._clock = clock
        self._signed: OrderedDict[_Key, tuple[float, str]] = OrderedDict()

    def sign(self, service: str, address: str, user: IdentifiedUser | None) -> str:
        """The value of `x-internal-identity` for one request to `service`."""
        key = (service, address, (user.id, user.sid, user.jti, user.exp) if user else None)
        now = self._clock()
        known = self._signed.get(key)
        if known is not None and now - known[0] < REUSED_SECONDS:
            return known[1]
        identity = InternalIdentity(address=address, user=user)
        signed = sign_identity(identity, audience=service, secret=self._secret)
        self._signed.pop(key, None)
        if len(self._signed) >= MAX_REMEMBERED:
            self._signed.popitem(last=False)
        self._signed[key] = (now, signed)
        return signed
