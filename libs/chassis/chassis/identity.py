"""The internal identity: how the gateway signs it and how a service demands it."""

import time
from collections.abc import Callable, Coroutine
from functools import lru_cache
from typing import Annotated, Any

import jwt
from contracts.headers import INTERNAL_IDENTITY
from contracts.identity import (
    ALGORITHM,
    ISSUER,
    MAX_AGE_SECONDS,
    IdentifiedUser,
    InternalIdentity,
)
from fastapi import Depends, Request, Response

from chassis.bodies import StrictJsonRoute
from chassis.errors import Unauthorized

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


async def current_identity(request: Request) -> InternalIdentity:
    """The caller that the gateway vouches for; 401 for everybody else."""
    token = request.headers.get(INTERNAL_IDENTITY)
    if token is None:
        raise Unauthorized("This service answers to the gateway only")
    state = request.app.state
    return verify_identity(
        token,
        audience=state.service,
        secret=state.settings.internal_secret.get_secret_value(),
    )


class IdentifiedRoute(StrictJsonRoute):
    """A route for the gateway alone: 401 for a stranger, whatever his body.

    FastAPI reads a body before it asks a dependency such as `current_identity`.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_identified(request: Request) -> Response:
            await current_identity(request)
            return await handle(request)

        return handle_identified


async def current_user(
    identity: Annotated[InternalIdentity, Depends(current_identity)],
) -> IdentifiedUser:
    """The signed-in user; 401 on a request that the gateway let through without a token."""
    if identity.user is None:
        raise Unauthorized("No authorization token, access denied")
    return identity.user


Identity = Annotated[InternalIdentity, Depends(current_identity)]
User = Annotated[IdentifiedUser, Depends(current_user)]
