"""What the gateway needs from its environment."""

from ipaddress import ip_network
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from chassis.settings import CommaSeparated, Fallback, ServiceSettings, with_fallback
from chassis.store_uris import MongoUri, RedisUri
from pydantic import AfterValidator, Field, SecretStr

from api_gateway.origins import browser_origin
from api_gateway.quota_limits import MOST


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


def _default_quotas(fields: dict[str, Any]) -> str:
    return "on" if fields.get("environment") == "production" else "off"


ServiceUrl = Annotated[str, AfterValidator(_service_url)]
RequestLimit = Annotated[int, Field(ge=0, le=MOST)]


class Settings(ServiceSettings):
    """What the gateway has besides."""

    port: int = 4000
    """The port on which the service listens."""
    jwt_secret: SecretStr = SecretStr("change-me-jwt-secret-of-32-characters-or-more")
    """Signs access tokens: user-service signs, the gateway verifies."""
    jwt_secret_fallback: Fallback = None
    """During a rotation: access tokens that are signed with this one are accepted, too."""
    redis_uri: RedisUri = SecretStr("redis://127.0.0.1:6379/0")
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
    mongo_uri: MongoUri = SecretStr("mongodb://127.0.0.1:27017/gateway_db?replicaSet=rs0")
    """Where the members of MongoDB are, with the user, the password and the database of this service."""
    quotas: Literal["on", "off"] = Field(default_factory=_default_quotas, validate_default=True)
    """`on` or `off`: whether requests are counted and limited, by users and by addresses."""
    quota_read_burst: RequestLimit = 200
    """Reads of one user in 10 seconds, in the default plan; 0 is no limit, as for the next six."""
    quota_read_minute: RequestLimit = 1200
    """Reads of one user in a minute, in the default plan."""
    quota_read_day: RequestLimit = 500_000
    """Reads of one user in a day, in the default plan."""
    quota_write_burst: RequestLimit = 100
    """Writes of one user in 10 seconds, in the default plan."""
    quota_write_minute: RequestLimit = 300
    """Writes of one user in a minute, in the default plan."""
    quota_write_day: RequestLimit = 20_000
    """Writes of one user in a day, in the default plan."""
    rate_limit_per_minute: RequestLimit = 600
    """Requests of one address in a minute that begin or end a session or have no valid token."""
    max_connections: Annotated[int, Field(gt=0)] = 2048
    """Connections that may be open."""
    max_connections_per_client: Annotated[int, Field(gt=0)] = 256
    """Connections that may be open of one client that is no trusted proxy."""
    max_slow_bodies_per_client: Annotated[int, Field(gt=0)] = 32
    """Request bodies of one client that may be arriving slowly at a time."""

    @property
    def jwt_secrets(self) -> tuple[str, ...]:
        """`jwt_secret` and its fallback."""
        return with_fallback(self.jwt_secret, self.jwt_secret_fallback)

    def default_limits(self) -> dict[str, int]:
        """The limits of the default plan, by name."""
        return {
            "read-burst": self.quota_read_burst,
            "read-minute": self.quota_read_minute,
            "read-day": self.quota_read_day,
            "write-burst": self.quota_write_burst,
            "write-minute": self.quota_write_minute,
            "write-day": self.quota_write_day,
        }
