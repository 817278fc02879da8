"""The internal identity: how the gateway signs it and how a service demands it."""

import hashlib
import time
from collections.abc import Container
from functools import lru_cache
from typing import Annotated

from contracts.headers import INTERNAL_IDENTITY
from contracts.identity import (
    CHALLENGE,
    MAX_AGE_SECONDS,
    IdentifiedUser,
    IdentityClaims,
    InternalIdentity,
)
from fastapi import Depends, Request
from itsdangerous import BadSignature, Signer
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.errors import ServiceError, Unauthorized, error_response

CLOCK_LEEWAY = 5  # seconds that the gateway's clock may be ahead


class NotBelieved(ServiceError):
    """Whoever sends the request has not shown to be the gateway; says nothing about the user."""

    status = 401

    def __init__(self, message: str) -> None:
        super().__init__(message, headers={"www-authenticate": CHALLENGE})


def sign_identity(
    identity: InternalIdentity, *, audience: str, secret: str, method: str, path: str
) -> str:
    """A token for one request to the service `audience`, valid for `MAX_AGE_SECONDS`."""
    claims = IdentityClaims(identity=identity, method=method, path=path, issued_at=time.time())
    return _signer(audience, (secret,)).sign(claims.model_dump_json()).decode()


def verify_identity(
    token: str, *, audience: str, secrets: tuple[str, ...], method: str, path: str
) -> InternalIdentity:
    """The identity in `token`; NotBelieved unless the gateway has just signed it for this request.

    It may be signed with any of `secrets`.
    """
    try:
        claims = IdentityClaims.model_validate_json(_signer(audience, secrets).unsign(token))
    except (BadSignature, ValueError):
        raise NotBelieved("Invalid internal identity") from None
    age = time.time() - claims.issued_at
    if (claims.method, claims.path) != (method, path) or not -CLOCK_LEEWAY < age < MAX_AGE_SECONDS:
        raise NotBelieved("Invalid internal identity")
    return claims.identity


@lru_cache
def _signer(audience: str, secrets: tuple[str, ...]) -> Signer:
    # The audience is part of the key, so a token for one service is no token for another.
    salt = f"internal-identity.{audience}"
    # Signer verifies by the last key first.
    return Signer(secrets[::-1], salt=salt, digest_method=hashlib.sha256)


class IdentityMiddleware:
    """Demands the identity that the gateway signed for this request to `service`; 401 without it.

    Secure by default: only `public_paths` need no identity, and one that comes with them is judged
    all the same. The identity is put into the scope's state as `identity`.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        service: str,
        secrets: tuple[str, ...],
        public_paths: Container[str],
    ) -> None:
        self._app = app
        self._service = service
        self._secrets = secrets
        self._public_paths = public_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            try:
                scope["state"]["identity"] = self._identify(scope)
            except NotBelieved as error:
                await error_response(error)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _identify(self, scope: Scope) -> InternalIdentity | None:
        token = Headers(scope=scope).get(INTERNAL_IDENTITY)
        if token is not None:
            return verify_identity(
                token,
                audience=self._service,
                secrets=self._secrets,
                method=scope["method"],
                path=scope["raw_path"].decode("latin-1"),
            )
        if scope["path"] in self._public_paths:
            return None
        raise NotBelieved("This service answers to the gateway only")


async def current_identity(request: Request) -> InternalIdentity:
    """The identity that the gateway signed for this request."""
    identity: InternalIdentity = request.scope["state"]["identity"]
    return identity


async def current_user(request: Request) -> IdentifiedUser:
    """The signed-in user; 401 on a request that the gateway let through without a token."""
    # Not by a dependency on the identity: FastAPI resolves each one anew for every request.
    identity = await current_identity(request)
    if identity.user is None:
        raise Unauthorized("No authorization token, access denied")
    return identity.user


Identity = Annotated[InternalIdentity, Depends(current_identity)]
User = Annotated[IdentifiedUser, Depends(current_user)]
