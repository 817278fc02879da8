"""What user-service reads from the environment."""

from typing import Annotated, Any

from chassis.settings import ServiceSettings, StoreUri
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
    mongo_uri: StoreUri = SecretStr("mongodb://127.0.0.1:27017/user_service_db?replicaSet=rs0")
    redis_uri: StoreUri = SecretStr("redis://127.0.0.1:6379/0")

    jwt_secret: SecretStr = SecretStr("change-me-jwt-secret-of-32-characters-or-more")
    refresh_secret: SecretStr = SecretStr("change-me-refresh-secret-of-32-characters-or-more")
    access_token_ttl_seconds: Seconds = 900
    refresh_token_ttl_seconds: Seconds = 604_800
    session_ttl_seconds: Seconds = 2_592_000

    password_min_length: Annotated[int, Field(ge=1, le=72)] = 6
    bcrypt_rounds: Annotated[int, Field(ge=4, le=16)] = 10

    login_failures_per_account_and_address: Bound = 10
    login_failures_per_account: Bound = 100
    login_failures_per_address: Bound = 200
    registrations_per_address: Bound = Field(default_factory=_default_registrations)
