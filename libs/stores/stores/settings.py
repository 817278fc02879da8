"""The secrets that the containers of the suite are given."""

from typing import Annotated

from chassis.settings import Fallback, ServiceSettings
from pydantic import Field, SecretStr

Secret = Annotated[SecretStr, Field(min_length=1)]


class Settings(ServiceSettings):
    """All of them: those of the services, and one of each store, from which its passwords derive."""

    port: int = 0  # nothing listens
    jwt_secret: Secret
    internal_secret: Secret
    refresh_secret: Secret
    mongo_password: Secret
    redis_password: Secret
    rabbitmq_pass: Secret

    jwt_secret_fallback: Fallback = None
    refresh_secret_fallback: Fallback = None
    mongo_password_fallback: Fallback = None
    redis_password_fallback: Fallback = None
