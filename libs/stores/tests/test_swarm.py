"""The secrets of a swarm, as files and as a part of the stack that names them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from secrets import token_hex

from pydantic import SecretStr
from stores.settings import Settings
from stores.swarm import PART, write

NAMES = [name for name, field in Settings.model_fields.items() if field.annotation is SecretStr]
SECRETS = {name: token_hex(32) for name in NAMES}


def written(directory: Path, **given: str) -> dict[str, dict[str, str]]:
    """The secrets by the names that the services of the stack use."""
    write(directory, Settings.model_validate(SECRETS | given))
    named: dict[str, dict[str, str]] = json.loads((directory / PART).read_text())["secrets"]
    return named


def test_each_file_is_a_secret_that_only_its_owner_can_read(tmp_path: Path) -> None:
    for secret in written(tmp_path).values():
        file = tmp_path.parent / secret["file"]
        assert file.stat().st_mode & 0o077 == 0
        assert file.parent.stat().st_mode & 0o077 == 0
        assert len(secret["name"]) <= 64
        assert file.read_text()  # a swarm refuses a secret without content
    assert (tmp_path / "api-gateway/jwt_secret_fallback").read_text() == "\n"


def test_a_changed_secret_has_another_name_and_all_others_keep_theirs(tmp_path: Path) -> None:
    before, same = written(tmp_path), written(tmp_path)
    assert same == before
    after = written(tmp_path, jwt_secret=token_hex(32), jwt_secret_fallback=SECRETS["jwt_secret"])
    assert {name for name in before if after[name] != before[name]} == {
        "api-gateway_jwt_secret",
        "api-gateway_jwt_secret_fallback",
        "user-service_jwt_secret",
    }


def test_without_the_uri_of_a_store_outside_the_command_names_its_file(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "stores", "swarm", str(tmp_path), "outside"],
        env={"PATH": os.environ["PATH"]} | {name.upper(): text for name, text in SECRETS.items()},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    missing = tmp_path / "api-gateway/mongo_uri"
    assert answer.returncode == 1
    assert answer.stderr == f"{missing} is missing: write the URI of that store into it.\n"
