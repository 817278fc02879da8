"""The Secrets of a cluster, as the documented command prints them."""

import base64
import json
import os
import subprocess
import sys
from secrets import token_hex
from typing import Any

from pydantic import SecretStr
from stores.settings import Settings

NAMES = [name for name, field in Settings.model_fields.items() if field.annotation is SecretStr]
SECRETS = {name.upper(): token_hex(32) for name in NAMES}


def run(overlay: str, **given: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "stores", "kubernetes", overlay],
        env={"PATH": os.environ["PATH"], "ENVIRONMENT": "production"} | SECRETS | given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def printed(overlay: str, **given: str) -> dict[str, dict[str, str]]:
    """The keys of each Secret and their values."""
    answer: dict[str, Any] = json.loads(run(overlay, **given).stdout)
    return {
        item["metadata"]["name"]: {
            key: base64.b64decode(value).decode() for key, value in item["data"].items()
        }
        for item in answer["items"]
    }


def test_each_workload_has_a_secret_of_its_own_and_the_administrator_of_mongodb_one() -> None:
    made = printed("small", JWT_SECRET_FALLBACK="the one before, for a quarter of an hour")
    assert made["mongo-admin"] == {"mongo_password": SECRETS["MONGO_PASSWORD"]}
    assert made["api-gateway"] == {
        "internal_secret": SECRETS["INTERNAL_SECRET"],
        "jwt_secret": SECRETS["JWT_SECRET"],
        "jwt_secret_fallback": "the one before, for a quarter of an hour",
    }
    assert "@mongo-0.mongo:27017/" in made["tasks-service-stores"]["mongo_uri"]


def test_of_stores_elsewhere_nothing_is_said() -> None:
    assert sorted(printed("large")) == [
        "activity-service",
        "api-gateway",
        "tasks-service",
        "user-service",
    ]


def test_an_example_is_refused_and_nothing_is_printed() -> None:
    answer = run("large", JWT_SECRET="change-me-jwt-secret-of-32-characters-or-more")
    assert answer.returncode == 2
    assert (answer.stdout, answer.stderr) == (
        "",
        "settings: JWT_SECRET is an example value: set one of your own\n",
    )
