"""The claims of the access token (JWT, RFC 7519): user-service signs it, the gateway verifies it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

ALGORITHM = "HS256"
ISSUER = "task-hunter/user-service"
AUDIENCE = "task-hunter/api"
REQUIRED_CLAIMS = ("user", "sid", "jti", "iss", "aud", "iat", "exp")

Id = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
UserId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{24}$")]


class TokenUser(BaseModel):
    """Whose token it is: `id` is the account's identifier, 24 hexadecimal digits."""

    model_config = ConfigDict(frozen=True)

    id: UserId


class AccessClaims(BaseModel):
    """What an access token says. `iat` and `exp` are seconds since the epoch."""

    model_config = ConfigDict(frozen=True)

    user: TokenUser
    sid: Id
    jti: Id
    iss: str = ISSUER
    aud: str = AUDIENCE
    iat: int
    exp: int
