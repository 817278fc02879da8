"""Settings from the environment, and which secrets are refused where others can try them."""

from pathlib import Path

import pytest
from chassis.settings import CommaSeparated, ServiceSettings, load_settings
from chassis.store_uris import RedisUri
from pydantic import SecretStr, ValidationError

GOOD_SECRET = "0123456789abcdefghijklmnopqrstuv"
ANOTHER_SECRET = "vutsrqponmlkjihgfedcba9876543210"


class Settings(ServiceSettings):
    port: int = 4000
    jwt_secret: SecretStr = SecretStr("change-me-jwt-secret-of-32-chars-or-more")
    redis_uri: RedisUri = SecretStr("redis://127.0.0.1:6379/0")
    cors_origins: CommaSeparated = ("http://localhost:3000",)


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


def has_good_secrets(env: pytest.MonkeyPatch, **variables: str) -> None:
    good = {"JWT_SECRET": GOOD_SECRET, "INTERNAL_SECRET": ANOTHER_SECRET}
    for name, value in (good | variables).items():
        env.setenv(name, value)


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line with which the process ends."""
    with pytest.raises(SystemExit) as ended:
        load_settings(Settings)
    assert ended.value.code == 2
    [line] = capsys.readouterr().err.splitlines()
    return line


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


def test_a_secret_may_stand_in_a_file(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "jwt_secret").write_text(f"{GOOD_SECRET}\n")
    (tmp_path / "internal_secret").write_text(GOOD_SECRET)
    env.setenv("SECRETS_DIR", str(tmp_path))
    env.setenv("INTERNAL_SECRET", ANOTHER_SECRET)
    settings = load_settings(Settings)
    assert settings.jwt_secret.get_secret_value() == GOOD_SECRET
    assert settings.internal_secret.get_secret_value() == ANOTHER_SECRET


def test_an_empty_file_is_no_fallback(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "internal_secret_fallback").write_text("\n")
    env.setenv("SECRETS_DIR", str(tmp_path))
    env.setenv("INTERNAL_SECRET", GOOD_SECRET)
    assert load_settings(Settings).internal_secrets == (GOOD_SECRET,)
    (tmp_path / "internal_secret_fallback").write_text(ANOTHER_SECRET)
    assert load_settings(Settings).internal_secrets == (GOOD_SECRET, ANOTHER_SECRET)


def test_settings_do_not_change_afterwards(env: pytest.MonkeyPatch) -> None:
    env.setenv("PORT", "4001")
    settings = load_settings(Settings)
    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]  # the very thing that must fail


@pytest.mark.parametrize("exposed", [{"ENVIRONMENT": "production"}, {"BIND_ADDRESS": "0.0.0.0"}])
def test_a_service_that_others_reach_starts_on_secrets_of_its_own(
    env: pytest.MonkeyPatch, exposed: dict[str, str]
) -> None:
    has_good_secrets(env, REDIS_URI="redis://user:n0t-guessed@redis:6379/0", **exposed)
    assert load_settings(Settings).port == 4000


@pytest.mark.parametrize(
    "exposed",
    [
        {"ENVIRONMENT": "production"},
        {"BIND_ADDRESS": "0.0.0.0"},
        {"BIND_ADDRESS": "[::]"},
        {"BIND_ADDRESS": "192.0.2.1"},
    ],
)
@pytest.mark.parametrize(
    ("variable", "value", "why"),
    [
        ("JWT_SECRET", "", "is an example"),
        ("JWT_SECRET", "too-short", "is shorter than"),
        ("JWT_SECRET", "a" * 64, "different characters"),
        ("JWT_SECRET", "abcdefghij" * 5, "over and over"),
        ("JWT_SECRET", ANOTHER_SECRET, "is the same as"),
        ("INTERNAL_SECRET_FALLBACK", "change-me-but-long-enough-0123456789", "is an example"),
        ("INTERNAL_SECRET_FALLBACK", "too-short", "is shorter than"),
        ("INTERNAL_SECRET_FALLBACK", ANOTHER_SECRET, "is the same as INTERNAL_SECRET"),
        ("INTERNAL_SECRET_FALLBACK", GOOD_SECRET, "is the same as"),
        ("INTERNAL_SECRET", "change-me-but-long-enough-to-be-taken-0123456789", "is an example"),
        ("REDIS_URI", "redis://:change-me@redis:6379/0", "is an example"),
        ("REDIS_URI", "redis://:guest@redis:6379/0", "different characters"),
        ("REDIS_URI", f"redis://:{GOOD_SECRET}@redis:6379/0", "is the same as"),
    ],
)
def test_a_weak_secret_is_refused_and_named_where_others_can_try_it(
    *,
    env: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    exposed: dict[str, str],
    variable: str,
    value: str,
    why: str,
) -> None:
    has_good_secrets(env, **exposed | {variable: value})
    said = complaint(capsys)
    assert why in said
    assert variable in said
    assert not value or value not in said, "the secret itself is not shown"


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", "[::1]", "::1", "localhost"])
def test_an_example_secret_will_do_on_loopback(env: pytest.MonkeyPatch, address: str) -> None:
    env.setenv("BIND_ADDRESS", address)
    assert "change-me" in load_settings(Settings).jwt_secret.get_secret_value()


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
