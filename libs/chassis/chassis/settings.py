"""Settings that every service has, read once from the environment.

In production a service refuses to start on an example or short secret and names the variable.
"""

import sys
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BeforeValidator, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

MIN_SECRET_LENGTH = 32
EXAMPLE_MARK = "change-me"  # every secret that this repository shows as an example contains it


def _split_commas(value: Any) -> Any:  # noqa: ANN401 — a before-validator sees whatever was given
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


CommaSeparated = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split_commas)]


class ServiceSettings(BaseSettings):
    """What any service needs. Subclasses add their own; a field's name is its variable's name."""

    model_config = SettingsConfigDict(
        extra="ignore", frozen=True, hide_input_in_errors=True, env_ignore_empty=True
    )

    environment: Literal["development", "test", "production"] = "development"
    host: str = "127.0.0.1"
    port: int
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "json", "console"] = "auto"
    internal_secret: SecretStr = SecretStr("change-me-internal-secret-of-32-chars-or-more")

    @property
    def in_production(self) -> bool:
        return self.environment == "production"

    @model_validator(mode="after")
    def _refuse_weak_secrets_in_production(self) -> Self:
        if not self.in_production:
            return self
        for name in type(self).model_fields:
            value = getattr(self, name)
            if not isinstance(value, SecretStr):
                continue
            secret = value.get_secret_value()
            if EXAMPLE_MARK in secret:
                raise ValueError(f"{name.upper()} is an example value: set one of your own")
            if not name.endswith("_uri") and len(secret) < MIN_SECRET_LENGTH:
                raise ValueError(f"{name.upper()} is shorter than {MIN_SECRET_LENGTH} characters")
        return self


Settings = TypeVar("Settings", bound=ServiceSettings)


def load_settings(settings_class: type[Settings]) -> Settings:
    """The settings from the environment; ends the process with one line per fault otherwise."""
    try:
        return settings_class()
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False):
            variable = "_".join(str(part) for part in fault["loc"]).upper()
            message = fault["msg"].removeprefix("Value error, ")
            print(f"settings: {variable + ': ' if variable else ''}{message}", file=sys.stderr)  # noqa: T201 — logging is not configured yet
        sys.exit(2)
