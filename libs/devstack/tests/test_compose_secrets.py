"""Which secrets docker-compose gives to the containers that work for the stores."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from chassis.settings import ServiceSettings
from devstack.suite import ROOT
from stores.settings import MongoSettings, Settings

SERVICES = yaml.load((ROOT / "docker-compose.yml").read_text(), yaml.CSafeLoader)["services"]
CHOSEN = {"ENVIRONMENT": "production", "BIND_ADDRESS": "0.0.0.0"}


def given_secrets(container: dict[str, Any]) -> set[str]:
    """The names of the files in /run/secrets."""
    return {
        *container["secrets"],
        *(Path(config["target"]).name for config in container["configs"]),
    }


def asked_for(settings: type[ServiceSettings]) -> set[str]:
    own = settings.model_fields.keys() - ServiceSettings.model_fields.keys()
    return {name for name in own if name != "mongo_host"}


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for variable in os.environ:
        monkeypatch.delenv(variable)
    return monkeypatch


@pytest.mark.parametrize("name", ["mongo_setup", "backups"])
def test_who_administers_mongodb_gets_its_secret_alone_and_starts_in_production(
    name: str, production: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert given_secrets(SERVICES[name]) == asked_for(MongoSettings)
    for variable, value in SERVICES[name]["environment"].items():
        production.setenv(variable, chosen(str(value)))
    (tmp_path / "mongo_password").write_text(os.urandom(32).hex())
    (tmp_path / "mongo_password_fallback").write_text("\n")
    MongoSettings(_secrets_dir=tmp_path)


def chosen(value: str) -> str:
    """As compose would give it, on a machine that others reach."""
    return re.sub(r"\$\{(\w+):-(.*?)\}", lambda found: CHOSEN.get(found[1], found[2]), value)


def test_who_writes_the_files_of_all_gets_all_secrets() -> None:
    internal = {"internal_secret", "internal_secret_fallback"}  # which any service has
    assert given_secrets(SERVICES["secrets"]) == asked_for(Settings) | internal
    assert SERVICES["secrets"]["network_mode"] == "none"


def test_no_other_container_gets_one_of_compose() -> None:
    others = SERVICES.keys() - {"secrets", "mongo_setup", "backups"}
    assert [name for name in others if "secrets" in SERVICES[name]] == []
    configs = {name: SERVICES[name].get("configs", []) for name in others}
    assert [name for name in others if "fallback" in str(configs[name])] == []
