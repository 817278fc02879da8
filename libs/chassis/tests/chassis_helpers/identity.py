"""Requests that come through the gateway."""

from collections.abc import Generator

import httpx2
from chassis.identity import sign_identity
from contracts.headers import INTERNAL_IDENTITY
from contracts.identity import InternalIdentity


class SignedByGateway(httpx2.Auth):
    """Gives each request to `audience` this identity, signed for it as the gateway would."""

    def __init__(self, identity: InternalIdentity, *, audience: str, secret: str) -> None:
        self._identity = identity
        self._audience = audience
        self._secret = secret

    def auth_flow(
        self, request: httpx2.Request
    ) -> Generator[httpx2.Request, httpx2.Response, None]:
        request.headers[INTERNAL_IDENTITY] = sign_identity(
            self._identity,
            audience=self._audience,
            secret=self._secret,
            method=request.method,
            path=request.url.raw_path.partition(b"?")[0].decode(),
        )
        yield request
