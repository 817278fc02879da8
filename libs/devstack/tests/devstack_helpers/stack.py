"""The files of `deploy/swarm`, as `docker stack deploy` reads and joins them."""

import re
from functools import cache
from pathlib import Path
from secrets import token_hex
from typing import Any

import yaml
from devstack.suite import ROOT
from pydantic import SecretStr
from stores import swarm
from stores.settings import Settings

DIRECTORY = ROOT / "deploy/swarm"
STACK, STORES, HOST_PORTS = "stack.yml", "stores.yml", "host-ports.yml"
GIVEN = {"CORS_ORIGINS": "https://tasks.example.com"}
"""What must be set to deploy."""
_VARIABLE = re.compile(r"\$\{(\w+):(-|\?)([^}]*)\}")
_SECRETS = [name for name, field in Settings.model_fields.items() if field.annotation is SecretStr]

Service = dict[str, Any]


@cache
def stack(*names: str) -> dict[str, Any]:
    """The named files joined: a mapping key by key, a list at its end."""
    joined: dict[str, Any] = {}
    for name in names:
        text = _VARIABLE.sub(_value, (DIRECTORY / name).read_text())
        joined = _joined(joined, yaml.load(text, yaml.CSafeLoader))
    return joined


def _value(variable: re.Match[str]) -> str:
    name, operator, default = variable.groups()
    return GIVEN[name] if operator == "?" else default


def _joined(first: Any, second: Any) -> Any:  # noqa: ANN401 — of any YAML
    if isinstance(first, dict) and isinstance(second, dict):
        return first | {key: _joined(first.get(key), value) for key, value in second.items()}
    if isinstance(first, list) and isinstance(second, list):
        return first + second
    return second


def environment(service: Service) -> dict[str, str]:
    """What is set: an empty variable is one that is not."""
    given = {name: str(value) for name, value in service.get("environment", {}).items()}
    return {name: value for name, value in given.items() if value not in ("", "None")}


def made_secrets(directory: Path, *, stores_outside: bool = False) -> dict[str, dict[str, str]]:
    """The secrets that the documented command makes, of fresh values."""
    given = {name: token_hex(32) for name in _SECRETS}
    swarm.write(directory, Settings.model_validate(given), stores_outside=stores_outside)
    made: dict[str, dict[str, str]] = yaml.safe_load((directory / swarm.PART).read_text())[
        "secrets"
    ]
    return made
