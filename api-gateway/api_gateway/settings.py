"""What the gateway needs from its environment."""

from ipaddress import ip_network
from typing import Annotated, Self
from urllib.parse import urlsplit

from chassis.settings import CommaSeparated, ServiceSettings
from pydantic import AfterValidator, Field, SecretStr, model_validator

PRODUCTION_RATE_LIMIT = 600


def _service_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be an address like http://127.0.0.1:4001")
    return value.rstrip("/")


def _origins(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        parts = urlsplit(value)
        if value != f"{parts.scheme}://{parts.netloc}" or not parts.hostname:
            raise ValueError("must be origins like http://localhost:3000, without a path")
    return values


def _networks(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        ip_network(value)
    return values


ServiceUrl = Annotated[str, AfterValidator(_service_url)]


class GatewaySettings(ServiceSettings):
    """Field names are variable names; times in seconds, sizes in bytes."""

    port: int = 4000
    jwt_secret: SecretStr = SecretStr("change-me-jwt-secret-of-32-characters-or-more")
    redis_uri: SecretStr = SecretStr("redis://127.0.0.1:6379/0")
    user_service_url: ServiceUrl = "http://127.0.0.1:4001"
    tasks_service_url: ServiceUrl = "http://127.0.0.1:4002"
    activity_service_url: ServiceUrl = "http://127.0.0.1:4003"
    cors_origins: Annotated[CommaSeparated, AfterValidator(_origins)] = ("http://localhost:3000",)
    max_body_bytes: Annotated[int, Field(gt=0)] = 1_048_576
    upstream_timeout_seconds: Annotated[float, Field(gt=0)] = 30.0
    rate_limit_per_minute: Annotated[int, Field(ge=0)] = 0
    trusted_proxies: Annotated[CommaSeparated, AfterValidator(_networks)] = ()

    @model_validator(mode="after")
    def _limit_requests_in_production(self) -> Self:
        if self.in_production and "rate_limit_per_minute" not in self.model_fields_set:
            object.__setattr__(self, "rate_limit_per_minute", PRODUCTION_RATE_LIMIT)
        return self
