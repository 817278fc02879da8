"""What the gateway accepts from its environment."""

import secrets
from typing import Any

import pytest
from api_gateway.settings import Settings
from chassis.settings import load_settings
from pydantic import ValidationError

PRODUCTION: dict[str, Any] = {
    "environment": "production",
    "jwt_secret": secrets.token_hex(32),
    "internal_secret": secrets.token_hex(32),
}


def test_development_needs_nothing() -> None:
    settings = Settings()
    assert settings.port == 4000
    assert settings.cors_origins == ("http://localhost:3000", "http://127.0.0.1:3000")
    assert settings.quotas == "off"


def test_production_limits_requests_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings(**PRODUCTION).quotas == "on"
    monkeypatch.setenv("QUOTAS", "off")
    assert Settings(**PRODUCTION).quotas == "off"
    monkeypatch.setenv("QUOTA_READ_MINUTE", "7")
    assert Settings().default_limits()["read-minute"] == 7


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
    ("given", "written"),
    [
        ("HTTP://LocalHost:3000", "http://localhost:3000"),
        ("http://tasks.example:80", "http://tasks.example"),
        ("https://tasks.example:443", "https://tasks.example"),
        ("https://tasks.example:80", "https://tasks.example:80"),
        ("https://B\u00dcCHER.example", "https://xn--bcher-kva.example"),
        ("https://b\u00fccher.example:443", "https://xn--bcher-kva.example"),
        ("http://[0:0::1]:3000", "http://[::1]:3000"),
        ("http://192.0.2.1:80", "http://192.0.2.1"),
    ],
)
def test_an_origin_is_taken_as_a_browser_writes_it(given: str, written: str) -> None:
    assert Settings(cors_origins=given).cors_origins == (written,)


def test_a_malformed_origin_is_refused_by_the_name_of_its_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CORS_ORIGINS", "http://localhost:3000,tasks.example")
    with pytest.raises(SystemExit):
        load_settings(Settings)
    assert capsys.readouterr().err.startswith("settings: CORS_ORIGINS: 'tasks.example' is no")


def test_outside_development_the_page_has_one_origin_by_default() -> None:
    assert Settings(**PRODUCTION).cors_origins == ("http://localhost:3000",)


@pytest.mark.parametrize(
    "fault",
    [
        {"cors_origins": "*"},
        {"cors_origins": "http://localhost:3000/"},
        {"cors_origins": "null"},
        {"cors_origins": "localhost:3000"},
        {"cors_origins": "ftp://localhost"},
        {"cors_origins": "http://me@localhost"},
        {"cors_origins": "http://localhost?"},
        {"cors_origins": "http://local host"},
        {"cors_origins": "http://exa%6dple.com"},
        {"cors_origins": "http://127.1"},
        {"cors_origins": "http://127.0.0.1."},
        {"cors_origins": "http://localhost:99999"},
        {"cors_origins": "http://a..example"},
        {"cors_origins": "http://"},
        {"hsts_max_age": -1},
        {"trusted_proxies": "everybody"},
        {"trusted_proxies": "10.0.0.1/8"},
        {"tasks_service_url": "tasks-service:4002"},
        {"tasks_service_url": "http://"},
        {"max_body_bytes": 0},
        {"upstream_timeout_seconds": 0},
        {"rate_limit_per_minute": -1},
        {"quota_read_day": 10_000_001},
        {"quotas": "maybe"},
    ],
)
def test_impossible_values_are_refused(fault: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**fault)
