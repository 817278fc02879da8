"""Access tokens (JWT, RFC 7519) and refresh tokens (opaque), without any storage."""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime

import jwt
from contracts.claims import ALGORITHM, AccessClaims, TokenUser

_REFRESH_TOKEN_BYTES = 32
_REFRESH_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def sign_access_token(
    user: str, sid: str, *, issued_at: datetime, expires_at: datetime, secret: str
) -> str:
    """An access token with a `jti` of its own."""
    claims = AccessClaims(
        user=TokenUser(id=user),
        sid=sid,
        jti=secrets.token_hex(16),
        iat=int(issued_at.timestamp()),
        exp=int(expires_at.timestamp()),
    )
    return jwt.encode(claims.model_dump(), secret, algorithm=ALGORITHM)


def new_refresh_token() -> str:
    """The first refresh token of a session: 256 random bits."""
    return secrets.token_urlsafe(_REFRESH_TOKEN_BYTES)


def successor_of(refresh_token: str, secret: str) -> str:
    """The one token that follows: HMAC-SHA-256, so nobody without the secret can derive it.

    Since it is derived, it can be given again without having been stored.
    """
    digest = hmac.digest(secret.encode(), refresh_token.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def stored_form(refresh_token: str) -> str:
    """SHA-256 in hexadecimal: all that is ever stored of a refresh token."""
    return hashlib.sha256(refresh_token.encode()).hexdigest()


def looks_like_ours(text: str) -> bool:
    """Whether `text` has the form of the refresh tokens that `new_refresh_token` and `successor_of` give."""
    return _REFRESH_TOKEN.fullmatch(text) is not None
