"""The internal identity: how the gateway signs it and how a service demands it."""

import time
from collections.abc import Container
from functools import lru_cache
from typing import Annotated

import jwt
from contracts.headers import INTERNAL_IDENTITY
from contracts.identity import (
    ALGORITHM,
    ISSUER,
    MAX_AGE_SECONDS,
    IdentifiedUser,
    InternalIdentity,
)
from fastapi import Depends, Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.errors import Unauthorized, error_response

CLOCK_LEEWAY = 5  # seconds that two machines' clocks may differ
REMEMBERED = 2048  # verified tokens: the gateway sends one again and again for ten seconds


def sign_identity(identity: InternalIdentity, *, audience: str, secret: str) -> str:
    """A token for one service, valid for `MAX_AGE_SECONDS`."""
    now = int(time.time())
    claims = identity.model_dump(exclude_none=True) | {
        "iss": ISSUER,
        "aud": audience,
        "iat": now,
        "exp": now + MAX_AGE_SECONDS,
    }
    return jwt.encode(claims, secret, algorithm=ALGORITHM)


def verify_identity(token: str, *, audience: str, secret: str) -> InternalIdentity:
    """The identity in `token`; `Unauthorized` for any token that the gateway did not just sign."""
    identity, exp = _verify_once(token, audience, secret)
    if exp + CLOCK_LEEWAY <= time.time():
        raise Unauthorized("Invalid internal identity")
    return identity


@lru_cache(maxsize=REMEMBERED)
def _verify_once(token: str, audience: str, secret: str) -> tuple[InternalIdentity, int]:
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=ISSUER,
            leeway=CLOCK_LEEWAY,
            options={"require": ["iss", "aud", "iat", "exp"]},
        )
        if claims["exp"] - claims["iat"] > MAX_AGE_SECONDS:
            raise Unauthorized("Invalid internal identity")
        return InternalIdentity.model_validate(claims), int(claims["exp"])
    except (jwt.PyJWTError, ValueError):
        raise Unauthorized("Invalid internal identity") from None


class IdentityMiddleware:
    """Demands the identity that the gateway signed for `service`; 401 without it.

    Secure by default: only `public_paths` need no identity. The identity is put into the scope's
    state as `identity`.
    """

    def __init__(
        self, app: ASGIApp, *, service: str, secret: str, public_paths: Container[str]
    ) -> None:
        self._app = app
        self._service = service
        self._secret = secret
        self._public_paths = public_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in self._public_paths:
            try:
                scope["state"]["identity"] = self._identify(scope)
            except Unauthorized as error:
                await error_response(error)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _identify(self, scope: Scope) -> InternalIdentity:
        token = Headers(scope=scope).get(INTERNAL_IDENTITY)
        if token is None:
            raise Unauthorized("This service answers to the gateway only")
        return verify_identity(token, audience=self._service, secret=self._secret)


async def current_identity(request: Request) -> InternalIdentity:
    """The identity that the gateway signed for this request."""
    identity: InternalIdentity = request.scope["state"]["identity"]
    return identity


async def current_user(
    identity: Annotated[InternalIdentity, Depends(current_identity)],
) -> IdentifiedUser:
    """The signed-in user; 401 on a request that the gateway let through without a token."""
    if identity.user is None:
        raise Unauthorized("No authorization token, access denied")
    return identity.user


Identity = Annotated[InternalIdentity, Depends(current_identity)]
User = Annotated[IdentifiedUser, Depends(current_user)]
