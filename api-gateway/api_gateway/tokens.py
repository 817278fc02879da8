"""Access tokens: who the bearer is, or why the request goes no further (401)."""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final

import jwt
from chassis.errors import Unauthorized
from contracts.claims import ALGORITHM, AUDIENCE, ISSUER, REQUIRED_CLAIMS, AccessClaims
from contracts.identity import IdentifiedUser

MAX_TOKEN_BYTES: Final = 4096
CLOCK_LEEWAY: Final = 5  # seconds that user-service's clock may be ahead
MAX_REMEMBERED: Final = 4096  # tokens
# Past it a time is not one: the greatest second that dates can show (the end of the year 9999).
_LATEST: Final = 253_402_300_799


class InvalidToken(Unauthorized):
    """A token was sent and is not one of ours, or is one no longer (RFC 6750, section 3.1)."""

    def __init__(self, message: str = "Invalid token") -> None:
        super().__init__(message)
        self.headers["www-authenticate"] = 'Bearer error="invalid_token"'


class AccessTokens:
    """Verifies access tokens, and remembers the verified ones until they expire."""

    def __init__(self, secret: str, *, clock: Callable[[], float] = time.time) -> None:
        self._secret = secret
        self._clock = clock
        self._decoder = jwt.PyJWT()
        self._verified: OrderedDict[bytes, IdentifiedUser] = OrderedDict()

    def bearer(self, authorization: Sequence[bytes]) -> IdentifiedUser:
        """The bearer of the token in the `Authorization` headers of one request."""
        if len(authorization) > 1:
            raise InvalidToken
        scheme, _, token = authorization[0].partition(b" ") if authorization else (b"", b"", b"")
        token = token.strip(b" ")
        if scheme.lower() != b"bearer" or not token:
            raise Unauthorized("No authorization token, access denied")
        user = self._verified.get(token)
        if user is None:
            user = self._verify(token)
            self._remember(token, user)
        elif user.exp <= self._clock():
            del self._verified[token]
            raise InvalidToken
        return user

    def _verify(self, token: bytes) -> IdentifiedUser:
        # PyJWT forgives padding, which RFC 7515, section 2, rules out.
        if len(token) > MAX_TOKEN_BYTES or b"=" in token:
            raise InvalidToken
        try:
            payload = self._decoder.decode(
                token,
                self._secret,
                algorithms=[ALGORITHM],
                issuer=ISSUER,
                audience=AUDIENCE,
                options={"require": list(REQUIRED_CLAIMS), "verify_iat": False},
            )
            claims = AccessClaims.model_validate(payload, strict=True)
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
            raise InvalidToken from None
        earliest = claims.iat - CLOCK_LEEWAY
        if not (0 <= claims.iat < claims.exp <= _LATEST and earliest <= self._clock()):
            raise InvalidToken
        return IdentifiedUser(id=claims.user.id, sid=claims.sid, jti=claims.jti, exp=claims.exp)

    def _remember(self, token: bytes, user: IdentifiedUser) -> None:
        if len(self._verified) >= MAX_REMEMBERED:
            self._verified.popitem(last=False)
        self._verified[token] = user
