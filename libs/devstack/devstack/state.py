"""What a suite remembers between two starts: its ports and its secrets."""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from devstack.ports import free_port, is_free

_OF_SERVICES = ("JWT_SECRET", "INTERNAL_SECRET", "REFRESH_SECRET")
_OF_STORES = ("MONGO_PASSWORD", "REDIS_PASSWORD", "RABBITMQ_PASSWORD")


def metrics_of(service: str) -> str:
    """The name under which a service's internal port for metrics is remembered."""
    return f"{service} metrics"


class State:
    """Two JSON files in the suite's directory, which only its owner may read."""

    def __init__(self, directory: Path) -> None:
        self._ports_file = directory / "ports.json"
        self._secrets_file = directory / "secrets.json"

    def known_ports(self, name: str) -> list[int]:
        """The ports it had last; none if it never had any."""
        ports: list[int] = _read(self._ports_file).get(name, [])
        return ports

    def ports(self, name: str, count: int, *, in_use: bool) -> list[int]:
        """Its ports: the last ones if it uses them now or nobody else does, else new ones."""
        ports = self.known_ports(name)
        if len(ports) != count or not (in_use or all(map(is_free, ports))):
            ports = [free_port() for _ in range(count)]
        self.remember(name, ports)
        return ports

    def remember(self, name: str, ports: list[int]) -> None:
        """These are its ports from now on."""
        _write(self._ports_file, _read(self._ports_file) | {name: ports})

    def secrets(self, given: Mapping[str, str]) -> dict[str, str]:
        """Every secret, made when it was first needed; the services' own may be given instead."""
        known = _read(self._secrets_file)
        missing = [name for name in (*_OF_SERVICES, *_OF_STORES) if name not in known]
        if missing:
            known |= {name: secrets.token_hex(32) for name in missing}
            _write(self._secrets_file, known)
        return known | {name: given[name] for name in _OF_SERVICES if given.get(name)}


def _read(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text()) if file.exists() else {}


def _write(file: Path, content: Mapping[str, Any]) -> None:
    whole = file.with_suffix(".new")  # a crash in between leaves the old file whole
    whole.touch(0o600)
    whole.write_text(json.dumps(content, indent=2) + "\n")
    whole.replace(file)
