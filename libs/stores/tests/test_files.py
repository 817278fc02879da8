"""What each container of the suite is told."""

from pathlib import Path
from secrets import token_hex
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr
from stores.files import contents, write
from stores.settings import Settings

NAMES = [name for name, field in Settings.model_fields.items() if field.annotation is SecretStr]
SECRETS = {name: token_hex(32) for name in NAMES}


def settings(**given: str) -> Settings:
    return Settings.model_validate(SECRETS | given)


@pytest.fixture
def files() -> dict[str, str]:
    return {name: content for name, content in contents(settings()).items() if content}


def test_each_container_is_told_what_it_needs_and_nothing_else(files: dict[str, str]) -> None:
    assert sorted(files) == [
        "activity-service/internal_secret",
        "activity-service/mongo_uri",
        "activity-service/rabbitmq_uri",
        "api-gateway/internal_secret",
        "api-gateway/jwt_secret",
        "api-gateway/mongo_uri",
        "api-gateway/redis_uri",
        "mongo_db/key-file",
        "rabbitmq/definitions.json",
        "redis/redis.conf",
        "tasks-service/internal_secret",
        "tasks-service/mongo_uri",
        "tasks-service/rabbitmq_uri",
        "user-service/internal_secret",
        "user-service/jwt_secret",
        "user-service/mongo_uri",
        "user-service/redis_uri",
        "user-service/refresh_secret",
    ]


def test_fallbacks_go_to_those_who_verify_by_them_and_go_away_again(tmp_path: Path) -> None:
    fallbacks = {f"{name}_fallback": f"old {name}" for name in NAMES if name != "rabbitmq_pass"}
    told = {
        name: text for name, text in contents(settings(**fallbacks)).items() if "fallback" in name
    }
    assert told == {
        "activity-service/internal_secret_fallback": "old internal_secret",
        "api-gateway/internal_secret_fallback": "old internal_secret",
        "api-gateway/jwt_secret_fallback": "old jwt_secret",
        "tasks-service/internal_secret_fallback": "old internal_secret",
        "user-service/internal_secret_fallback": "old internal_secret",
        "user-service/refresh_secret_fallback": "old refresh_secret",
    }
    for name in contents(settings()):
        (tmp_path / name).parent.mkdir(exist_ok=True)
    left = tmp_path / "user-service/refresh_secret_fallback"
    with patch("os.chown"):  # to mongod's user, which root alone may
        write(tmp_path, settings(**fallbacks))
        assert left.read_text() == "old refresh_secret"
        write(tmp_path, settings(refresh_secret_fallback="\n".strip()))
    assert not left.exists()


def test_the_secret_of_a_store_is_told_to_nobody(files: dict[str, str]) -> None:
    everything = "\n".join(files.values())
    for name in ("mongo_password", "redis_password", "rabbitmq_pass"):
        assert SECRETS[name] not in everything


def test_each_user_has_a_password_that_no_other_file_holds(files: dict[str, str]) -> None:
    passwords = {
        name: urlsplit(content).password for name, content in files.items() if "_uri" in name
    }
    assert len(set(passwords.values())) == 8
    for name, password in passwords.items():
        assert password is not None
        assert [other for other, content in files.items() if password in content] == [name]
