"""Who a forwarded request comes from, as the gateway tells the services.

The identity travels in the header `x-internal-identity` as JSON (`IdentityClaims`), signed with
`INTERNAL_SECRET` for the receiving service. It holds for one method and path, and for at most
`MAX_AGE_SECONDS`. Services trust nothing else.
"""

from pydantic import BaseModel, ConfigDict

from contracts.claims import Id, UserId

MAX_AGE_SECONDS = 10
CHALLENGE = "Internal-Identity"
"""The `WWW-Authenticate` of a 401 about the internal identity, which is none about the client's token."""


class IdentifiedUser(BaseModel):
    """The bearer of a valid access token. `exp` is that token's end, seconds since the epoch."""

    model_config = ConfigDict(frozen=True)

    id: UserId
    sid: Id
    exp: int


class InternalIdentity(BaseModel):
    """`user` is None on the routes that need no token."""

    model_config = ConfigDict(frozen=True)

    client_ip: str
    user: IdentifiedUser | None = None


class IdentityClaims(BaseModel):
    """What is signed: who sends a request, which one, and when that was said (Unix time, seconds).

    `path` is as in the request line, without the query.
    """

    identity: InternalIdentity
    method: str
    path: str
    issued_at: float
