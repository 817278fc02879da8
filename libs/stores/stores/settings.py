"""The secrets that the containers of the suite are given."""

from typing import Annotated

from chassis.settings import Fallback, ServiceSettings
from pydantic import Field, SecretStr

Secret = Annotated[SecretStr, Field(min_length=1)]


class MongoSettings(ServiceSettings):
    """What works as MongoDB's administrator needs."""

    port: int = 0  # nothing listens
    mongo_host: str = "mongo_db:27017"
    """MongoDB's address, with its port, as the services reach it."""
    mongo_password: Secret
    mongo_password_fallback: Fallback = None


class Settings(MongoSettings):
    """All of them: those of the services, and one of each store, from which its passwords derive."""

    jwt_secret: Secret
    internal_secret: Secret
    refresh_secret: Secret
    redis_password: Secret
    rabbitmq_pass: Secret

    jwt_secret_fallback: Fallback = None
    refresh_secret_fallback: Fallback = None
    redis_password_fallback: Fallback = None
