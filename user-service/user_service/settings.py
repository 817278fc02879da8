"""What user-service reads from the environment."""

from typing import Annotated, Any

from chassis.settings import Fallback, ServiceSettings, with_fallback
from chassis.store_uris import MongoUri, RedisUri
from pydantic import Field, SecretStr

Seconds = Annotated[int, Field(ge=1)]
Bound = Annotated[int, Field(ge=0)]
"""How many; 0 is no bound."""

PRODUCTION_REGISTRATIONS = 20  # for one address; a development machine makes many, and is alone


def _default_registrations(fields: dict[str, Any]) -> int:
    return PRODUCTION_REGISTRATIONS if fields.get("environment") == "production" else 0


class Settings(ServiceSettings):
    """Every default is for development; production refuses the secrets among them."""

    port: int = 4001
    """The port on which the service listens."""
    mongo_uri: MongoUri = SecretStr("mongodb://127.0.0.1:27017/user_service_db?replicaSet=rs0")
    """Where the members of MongoDB are, with the user, the password and the database of this service."""
    redis_uri: RedisUri = SecretStr("redis://127.0.0.1:6379/0")
    """Where Redis is, with the user and the password of this service."""

    jwt_secret: SecretStr = SecretStr("change-me-jwt-secret-of-32-characters-or-more")
    """Signs access tokens: user-service signs, the gateway verifies."""
    refresh_secret: SecretStr = SecretStr("change-me-refresh-secret-of-32-characters-or-more")
    """Derives the successor of each refresh token, and the digests of addresses."""
    refresh_secret_fallback: Fallback = None
    """During a rotation: what was derived with this one is known, too."""
    access_token_ttl_seconds: Seconds = 900
    """Life of an access token, in seconds."""
    refresh_token_ttl_seconds: Seconds = 604_800
    """Life of a refresh token, in seconds."""
    session_ttl_seconds: Seconds = 2_592_000
    """Life of a session, in seconds, however often its tokens are refreshed."""

    password_min_length: Annotated[int, Field(ge=1, le=72)] = 6
    """The shortest password, in characters."""
    bcrypt_rounds: Annotated[int, Field(ge=4, le=16)] = 10
    """The cost of a password's hash: 2 to this power rounds."""

    login_failures_per_account_and_address: Bound = 10
    """Failed logins within 15 minutes to one account from one address; 0 is no limit."""
    login_failures_per_account: Bound = 100
    """Failed logins within 15 minutes to one account; 0 is no limit."""
    login_failures_per_address: Bound = 200
    """Failed logins within 15 minutes from one address; 0 is no limit."""
    registrations_per_address: Bound = Field(default_factory=_default_registrations)
    """Accounts that one address may make within 15 minutes; 0 is no limit."""

    @property
    def refresh_secrets(self) -> tuple[str, ...]:
        """`refresh_secret` and its fallback."""
        return with_fallback(self.refresh_secret, self.refresh_secret_fallback)
