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
    """What the gateway has besides."""

    port: int = 4000
    """The port on which the service listens."""
    jwt_secret: SecretStr = SecretStr("change-me-jwt-secret-of-32-characters-or-more")
    """Signs access tokens: user-service signs, the gateway verifies."""
    redis_uri: StoreUri = SecretStr("redis://127.0.0.1:6379/0")
    """Where Redis is, with the user and the password of this service."""
    user_service_url: ServiceUrl = "http://127.0.0.1:4001"
    """Where user-service is."""
    tasks_service_url: ServiceUrl = "http://127.0.0.1:4002"
    """Where tasks-service is."""
    activity_service_url: ServiceUrl = "http://127.0.0.1:4003"
    """Where activity-service is."""
    cors_origins: Annotated[CommaSeparated, AfterValidator(_origins)] = Field(
        default_factory=_default_origins
    )
    """Who may call the API from a browser: exact origins, comma separated."""
    hsts_max_age: Annotated[int, Field(ge=0)] = 31_536_000
    """Seconds for which browsers use HTTPS alone, in production; 0 ends it."""
    trusted_proxies: Annotated[CommaSeparated, AfterValidator(_networks)] = ()
    """Networks of the proxies whose `X-Forwarded-For` counts, comma separated."""
    max_body_bytes: Annotated[int, Field(gt=0)] = 1_048_576
    """The largest request body, in bytes."""
    upstream_timeout_seconds: Annotated[float, Field(gt=0)] = 30.0
    """Seconds that a service may take to answer."""
    rate_limit_per_minute: Annotated[int, Field(ge=0)] = Field(default_factory=_default_rate_limit)
    """Requests per minute of one address over all routes; 0 is no limit."""
    max_connections: Annotated[int, Field(gt=0)] = 2048
    """Connections that may be open."""
    max_connections_per_client: Annotated[int, Field(gt=0)] = 256
    """Connections that may be open of one client that is no trusted proxy."""
    max_slow_bodies_per_client: Annotated[int, Field(gt=0)] = 32
    """Request bodies of one client that may be arriving slowly at a time."""
