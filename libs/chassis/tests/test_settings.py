"""Settings from the environment, and what production refuses."""

import pytest
from chassis.settings import CommaSeparated, ServiceSettings, load_settings
from pydantic import SecretStr, ValidationError

GOOD_SECRET = "0123456789abcdef0123456789abcdef"


class Settings(ServiceSettings):
    port: int = 4000
    jwt_secret: SecretStr = SecretStr("change-me-jwt-secret-of-32-chars-or-more")
    redis_uri: SecretStr = SecretStr("redis://127.0.0.1:6379/0")
    cors_origins: CommaSeparated = ("http://localhost:3000",)


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


def in_production(env: pytest.MonkeyPatch, **variables: str) -> None:
    good = {"ENVIRONMENT": "production", "JWT_SECRET": GOOD_SECRET, "INTERNAL_SECRET": GOOD_SECRET}
    for name, value in (good | variables).items():
        env.setenv(name, value)


@pytest.mark.usefixtures("env")
def test_an_empty_environment_is_one_of_development() -> None:
    settings = load_settings(Settings)
    assert (settings.environment, settings.in_production, settings.port) == (
        "development",
        False,
        4000,
    )


def test_variables_are_read_and_an_empty_one_means_the_default(env: pytest.MonkeyPatch) -> None:
    env.setenv("PORT", "4999")
    env.setenv("CORS_ORIGINS", " https://a.example, ,https://b.example ")
    env.setenv("LOG_LEVEL", "")
    settings = load_settings(Settings)
    assert settings.port == 4999
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert settings.log_level == "info"


def test_settings_do_not_change_afterwards(env: pytest.MonkeyPatch) -> None:
    env.setenv("PORT", "4001")
    settings = load_settings(Settings)
    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]  # the very thing that must fail


def test_production_starts_on_secrets_of_its_own(env: pytest.MonkeyPatch) -> None:
    in_production(env)
    assert load_settings(Settings).in_production


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("JWT_SECRET", ""),
        ("JWT_SECRET", "too-short"),
        ("INTERNAL_SECRET", "change-me-but-long-enough-to-be-taken-0123456789"),
        ("REDIS_URI", "redis://:change-me@redis:6379/0"),
    ],
)
def test_production_refuses_an_example_or_short_secret_and_names_it(
    env: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], variable: str, value: str
) -> None:
    in_production(env, **{variable: value})
    with pytest.raises(SystemExit) as ended:
        load_settings(Settings)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert variable in said
    assert len(said.splitlines()) == 1
    assert not value or value not in said, "the secret itself is not shown"


def test_a_fault_is_one_line_that_names_the_variable_and_not_its_value(
    env: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    env.setenv("PORT", "hunter2")
    env.setenv("ENVIRONMENT", "staging")
    with pytest.raises(SystemExit):
        load_settings(Settings)
    lines = capsys.readouterr().err.splitlines()
    assert sorted(line.split(":")[1] for line in lines) == [" ENVIRONMENT", " PORT"]
    assert "hunter2" not in "".join(lines)


def test_a_fault_does_not_quote_the_value_anywhere(env: pytest.MonkeyPatch) -> None:
    env.setenv("PORT", "hunter2")
    with pytest.raises(ValidationError) as fault:
        Settings()
    assert "hunter2" not in str(fault.value)


@pytest.mark.usefixtures("env")
def test_no_secret_shows_when_settings_are_printed() -> None:
    settings = Settings(redis_uri=SecretStr("redis://:hunter2@redis:6379/0"))
    assert "hunter2" not in f"{settings} {settings!r} {settings.model_dump()}"
