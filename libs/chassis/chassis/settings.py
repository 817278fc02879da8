"""Settings that every service has, read once from the environment.

In production, and where others than this machine can reach the suite, a service refuses to start on
an example, short, trivial or repeated secret. It names the variable, never the value.
"""

import os
import sys
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import unquote, urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

MIN_SECRET_LENGTH = 32
MIN_DIFFERENT_CHARACTERS = 8
EXAMPLE_MARK = "change-me"  # every secret that this repository shows as an example contains it


def _split_commas(value: Any) -> Any:  # noqa: ANN401 — a before-validator sees whatever was given
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _none_if_empty(value: Any) -> Any:  # noqa: ANN401 — a before-validator sees whatever was given
    return value or None  # an empty file is as good as none


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be a URL like http://127.0.0.1:4318")
    return value.rstrip("/")


CommaSeparated = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split_commas)]
Fallback = Annotated[SecretStr | None, BeforeValidator(_none_if_empty)]
"""A secret that counts beside another one while that is rotated. Nothing new is made with it."""


def with_fallback(secret: SecretStr, fallback: SecretStr | None) -> tuple[str, ...]:
    """The secrets that count: with the first one all is signed, by each it is verified."""
    return tuple(one.get_secret_value() for one in (secret, fallback) if one is not None)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return address == "localhost"


class ServiceSettings(BaseSettings):
    """What any service needs. Subclasses add their own; a field's name is its variable's name.

    The docstring of a field is what `docs/operations.md` says of its variable.
    """

    model_config = SettingsConfigDict(
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        env_ignore_empty=True,
        use_attribute_docstrings=True,
    )

    environment: Literal["development", "test", "production"] = "development"
    """`development`, `test` or `production`: production refuses weak secrets and sends Secure cookies."""
    host: str = "127.0.0.1"
    """The address at which the service listens."""
    port: int
    """The port on which the service listens."""
    metrics_port: int | None = None
    """The internal port on which Prometheus reads the metrics; without it nobody can."""
    bind_address: str = "127.0.0.1"
    """The address at which the page and the gateway are published: beyond loopback no weak secret."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least level that is logged: `debug`, `info`, `warning` or `error`. Up to `info`, the lines of
    50 ms are written together; a warning is written at once."""
    log_format: Literal["auto", "json", "console"] = "auto"
    """`json`, `console`, or `auto`: coloured in a terminal and JSON elsewhere."""
    internal_secret: SecretStr = SecretStr("change-me-internal-secret-of-32-chars-or-more")
    """Signs the identity that the gateway sends to the services, and the cursors of lists."""
    internal_secret_fallback: Fallback = None
    """During a rotation: what is signed with this one is accepted, too."""

    otel_exporter_otlp_endpoint: Annotated[str, AfterValidator(_http_url)] | None = None
    """Where traces go, by OTLP over HTTP, such as `http://collector:4318`; without it there are none."""
    otel_traces_sampler: Literal[
        "always_on",
        "always_off",
        "traceidratio",
        "parentbased_always_on",
        "parentbased_always_off",
        "parentbased_traceidratio",
    ] = "parentbased_always_on"
    """Which requests are traced; `parentbased_…` does as the caller's `traceparent` says, if there is one."""
    otel_traces_sampler_arg: Annotated[float, Field(ge=0, le=1)] = 1.0
    """The share of traces that the two samplers with `traceidratio` keep."""

    @property
    def internal_secrets(self) -> tuple[str, ...]:
        """`internal_secret` and its fallback."""
        return with_fallback(self.internal_secret, self.internal_secret_fallback)

    @property
    def in_production(self) -> bool:
        return self.environment == "production"

    @model_validator(mode="after")
    def _refuse_weak_secrets_where_others_can_try_them(self) -> Self:
        if not self.in_production and _is_loopback(self.bind_address):
            return self
        names: dict[str, str] = {}
        for name, secret, shortest in self._secrets():
            if fault := _weakness(secret, shortest):
                raise ValueError(f"{name.upper()} {fault}: set one of your own")
            if secret in names:
                raise ValueError(f"{name.upper()} is the same as {names[secret]}: set another")
            names[secret] = name.upper()
        return self

    def _secrets(self) -> Iterator[tuple[str, str, int]]:
        """The name of each, its value, and the fewest characters that it may have."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if not isinstance(value, SecretStr):
                continue
            if not name.endswith("_uri"):
                yield name, value.get_secret_value(), MIN_SECRET_LENGTH
            elif password := urlsplit(value.get_secret_value()).password:
                yield name, unquote(password), 0


def _weakness(secret: str, shortest: int) -> str:
    """What makes it easy to guess; empty if nothing does."""
    if EXAMPLE_MARK in secret:
        return "is an example value"
    if len(secret) < shortest:
        return f"is shorter than {shortest} characters"
    if len(set(secret)) < MIN_DIFFERENT_CHARACTERS:
        return f"has fewer than {MIN_DIFFERENT_CHARACTERS} different characters"
    if secret in (secret + secret)[1:-1]:
        return "is one text over and over"
    return ""


Settings = TypeVar("Settings", bound=ServiceSettings)


def load_settings(settings_class: type[Settings]) -> Settings:
    """The settings from the environment; ends the process with one line per fault otherwise.

    A variable that is not set is read from the file of its name in the directory `SECRETS_DIR`.
    """
    try:
        return settings_class(_secrets_dir=os.environ.get("SECRETS_DIR"))
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False):
            variable = "_".join(str(part) for part in fault["loc"]).upper()
            message = fault["msg"].removeprefix("Value error, ")
            print(f"settings: {variable + ': ' if variable else ''}{message}", file=sys.stderr)  # noqa: T201 — logging is not configured yet
        sys.exit(2)
