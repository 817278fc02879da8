"""What the gateway accepts from its environment."""

import secrets
from typing import Any

import pytest
from api_gateway.settings import Settings
from pydantic import ValidationError

PRODUCTION: dict[str, Any] = {
    "environment": "production",
    "jwt_secret": secrets.token_hex(32),
    "internal_secret": secrets.token_hex(32),
}


def test_development_needs_nothing() -> None:
    settings = Settings()
    assert settings.port == 4000
    assert settings.cors_origins == ("http://localhost:3000",)
    assert settings.rate_limit_per_minute == 0


def test_production_limits_requests_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings(**PRODUCTION).rate_limit_per_minute == 600
    monkeypatch.setenv("RATE_LIMIT_PER_MINUTE", "0")
    assert Settings(**PRODUCTION).rate_limit_per_minute == 0


@pytest.mark.parametrize("name", ["jwt_secret", "internal_secret"])
def test_production_refuses_an_example_secret(name: str) -> None:
    with pytest.raises(ValidationError, match=name.upper()):
        Settings(**PRODUCTION | {name: "change-me-" + "x" * 32})


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_ORIGINS", "http://localhost:3000, https://tasks.example")
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.0/8,::1/128")
    settings = Settings()
    assert settings.cors_origins == ("http://localhost:3000", "https://tasks.example")
    assert settings.trusted_proxies == ("10.0.0.0/8", "::1/128")


@pytest.mark.parametrize(
    "fault",
    [
        {"cors_origins": "*"},
        {"cors_origins": "http://localhost:3000/"},
        {"cors_origins": "null"},
        {"cors_origins": "localhost:3000"},
        {"trusted_proxies": "everybody"},
        {"trusted_proxies": "10.0.0.1/8"},
        {"tasks_service_url": "tasks-service:4002"},
        {"tasks_service_url": "http://"},
        {"max_body_bytes": 0},
        {"upstream_timeout_seconds": 0},
        {"rate_limit_per_minute": -1},
    ],
)
def test_impossible_values_are_refused(fault: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**fault)
