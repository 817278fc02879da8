"""What the gateway needs from its environment."""

from ipaddress import ip_network
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from chassis.settings import CommaSeparated, ServiceSettings, StoreUri
from pydantic import AfterValidator, Field, SecretStr

from api_gateway.origins import browser_origin

PRODUCTION_RATE_LIMIT: Final = 600


def _service_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be a URL like http://127.0.0.1:4001")
    return value.rstrip("/")


def _origins(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(browser_origin(value) for value in values)


def _networks(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        ip_network(value)
    return values


def _default_origins(fields: dict[str, Any]) -> tuple[str, ...]:
    both = ("http://localhost:3000", "http://127.0.0.1:3000")
    return both if fields.get("environment") == "development" else both[:1]


def _default_rate_limit(fields: dict[str, Any]) -> int:
    return PRODUCTION_RATE_LIMIT if fields.get("environment") == "production" else 0


ServiceUrl = Annotated[str, AfterValidator(_service_url)]


class Settings(ServiceSettings):
    """Field names are variable names; times in seconds, sizes in bytes, 0 is no rate limit."""

    port: int = 4000
    jwt_secret: SecretStr = SecretStr("change-me-jwt-secret-of-32-characters-or-more")
    redis_uri: StoreUri = SecretStr("redis://127.0.0.1:6379/0")
    user_service_url: ServiceUrl = "http://127.0.0.1:4001"
    tasks_service_url: ServiceUrl = "http://127.0.0.1:4002"
    activity_service_url: ServiceUrl = "http://127.0.0.1:4003"
    cors_origins: Annotated[CommaSeparated, AfterValidator(_origins)] = Field(
        default_factory=_default_origins
    )
    hsts_max_age: Annotated[int, Field(ge=0)] = 31_536_000
    trusted_proxies: Annotated[CommaSeparated, AfterValidator(_networks)] = ()
    max_body_bytes: Annotated[int, Field(gt=0)] = 1_048_576
    upstream_timeout_seconds: Annotated[float, Field(gt=0)] = 30.0
    rate_limit_per_minute: Annotated[int, Field(ge=0)] = Field(default_factory=_default_rate_limit)
    max_connections: Annotated[int, Field(gt=0)] = 2048
    max_connections_per_client: Annotated[int, Field(gt=0)] = 256
    max_slow_bodies_per_client: Annotated[int, Field(gt=0)] = 32
