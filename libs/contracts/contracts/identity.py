"""Who a forwarded request comes from, as the gateway tells the services.

The identity travels in the header `x-internal-identity` as a JWT, signed with `INTERNAL_SECRET`,
with the receiving service as audience, valid for at most `MAX_AGE_SECONDS`. Services trust nothing
else.
"""

from pydantic import BaseModel, ConfigDict

from contracts.claims import Id, UserId

ALGORITHM = "HS256"
ISSUER = "task-hunter/api-gateway"
MAX_AGE_SECONDS = 30


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
