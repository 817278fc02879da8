"""Access tokens: which user the bearer is, or why the request goes no further (401)."""

import contextlib
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

import jwt
from chassis.errors import Unauthorized
from contracts.claims import ALGORITHM, AUDIENCE, ISSUER, REQUIRED_CLAIMS, AccessClaims
from contracts.identity import IdentifiedUser

MAX_TOKEN_BYTES: Final = 4096
MAX_CACHED: Final = 4096  # tokens
CLOCK_LEEWAY: Final = 5  # seconds that user-service's clock may be ahead
LATEST_TIME: Final = 253_402_300_799  # the last second that a date can show: end of the year 9999


class InvalidToken(Unauthorized):
    """A token was sent and is not, or no longer, one of ours (RFC 6750, section 3.1)."""

    def __init__(self, message: str = "Invalid token") -> None:
        super().__init__(message)
        self.headers["www-authenticate"] = 'Bearer error="invalid_token"'


class AccessTokens:
    """Verifies access tokens; the signature of a valid one is verified once.

    It may be signed with any of `secrets`.
    """

    def __init__(self, secrets: Sequence[str], *, clock: Callable[[], float] = time.time) -> None:
        self._secrets = secrets
        self._clock = clock
        self._verify_once = lru_cache(maxsize=MAX_CACHED)(self._verify)

    def user_of(self, authorization: Sequence[bytes]) -> IdentifiedUser:
        """The user whose token stands in the `Authorization` headers of one request."""
        if len(authorization) > 1:
            raise InvalidToken
        scheme, _, token = authorization[0].partition(b" ") if authorization else (b"", b"", b"")
        token = token.strip(b" ")
        if scheme.lower() != b"bearer" or not token:
            raise Unauthorized("No authorization token, access denied")
        user = self._verify_once(token)
        if user.exp <= self._clock():
            raise InvalidToken
        return user

    def _verify(self, token: bytes) -> IdentifiedUser:
        # PyJWT accepts padding, which RFC 7515, section 2, rules out.
        if len(token) > MAX_TOKEN_BYTES or b"=" in token:
            raise InvalidToken
        try:
            claims = AccessClaims.model_validate(self._payload(token), strict=True)
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
            raise InvalidToken from None
        earliest = claims.iat - CLOCK_LEEWAY
        if not (0 <= claims.iat < claims.exp <= LATEST_TIME and earliest <= self._clock()):
            raise InvalidToken
        return IdentifiedUser(id=claims.user.id, sid=claims.sid, exp=claims.exp)

    def _payload(self, token: bytes) -> dict[str, Any]:
        for secret in self._secrets:
            with contextlib.suppress(jwt.InvalidSignatureError):
                return jwt.decode(
                    token,
                    secret,
                    algorithms=[ALGORITHM],
                    issuer=ISSUER,
                    audience=AUDIENCE,
                    options={"require": list(REQUIRED_CLAIMS), "verify_iat": False},
                )
        raise InvalidToken
