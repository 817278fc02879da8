"""The four services: what each is told. They are known here by name only, never imported."""

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devstack.ports import LOOPBACK
from devstack.program import Program

_EVERY_SERVICE = ("ENVIRONMENT", "LOG_LEVEL", "LOG_FORMAT")


@dataclass(frozen=True)
class Service:
    """`wiring` maps its variables to those of the suite, `settings` come from whoever starts it."""

    name: str
    wiring: Mapping[str, str]
    settings: tuple[str, ...]

    @property
    def module(self) -> str:
        """The Python package that runs it."""
        return self.name.replace("-", "_")

    @property
    def url_variable(self) -> str:
        """The variable that tells others where it is."""
        return f"{self.module.upper()}_URL"

    def code(self, root: Path) -> list[Path]:
        """The folders of the code it runs."""
        libraries = [root / "libs/chassis/chassis", root / "libs/contracts/contracts"]
        return [root / self.name / self.module, *libraries]

    def program(
        self,
        root: Path,
        directory: Path,
        port: int,
        suite: Mapping[str, str],
        given: Mapping[str, str],
    ) -> Program:
        """How it runs on `port`: `suite` are the suite's variables, `given` the caller's."""
        env = {name: given[name] for name in (*_EVERY_SERVICE, *self.settings) if given.get(name)}
        env |= {theirs: suite[ours] for theirs, ours in self.wiring.items()}
        env |= {"INTERNAL_SECRET": suite["INTERNAL_SECRET"], "HOST": LOOPBACK, "PORT": str(port)}
        env |= {"PYTHONUNBUFFERED": "1", "CODE_DIGEST": _code_digest(root, self)}
        return Program(self.name, [sys.executable, "-m", self.module], directory, env)


def _code_digest(root: Path, service: Service) -> str:
    """So that `up` after a change is given another program, and restarts it."""
    digest = hashlib.sha256()
    files = [file for folder in service.code(root) for file in sorted(folder.rglob("*.py"))]
    for file in [root / "requirements-dev.lock", *files]:
        if file.exists():
            digest.update(str(file.relative_to(root)).encode() + file.read_bytes())
    return digest.hexdigest()


USER = Service(
    "user-service",
    {
        "MONGO_URI": "MONGO_USER_URI",
        "REDIS_URI": "REDIS_URI",
        "JWT_SECRET": "JWT_SECRET",
        "REFRESH_SECRET": "REFRESH_SECRET",
    },
    (
        "ACCESS_TOKEN_TTL_SECONDS",
        "REFRESH_TOKEN_TTL_SECONDS",
        "SESSION_TTL_SECONDS",
        "PASSWORD_MIN_LENGTH",
        "BCRYPT_ROUNDS",
        "LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS",
        "LOGIN_FAILURES_PER_ACCOUNT",
        "LOGIN_FAILURES_PER_ADDRESS",
        "REGISTRATIONS_PER_ADDRESS",
    ),
)
TASKS = Service(
    "tasks-service",
    {"MONGO_URI": "MONGO_TASKS_URI", "RABBITMQ_URI": "RABBITMQ_URI"},
    ("EVENT_RETENTION_DAYS",),
)
ACTIVITY = Service(
    "activity-service", {"MONGO_URI": "MONGO_ACTIVITY_URI", "RABBITMQ_URI": "RABBITMQ_URI"}, ()
)
GATEWAY = Service(
    "api-gateway",
    {
        "JWT_SECRET": "JWT_SECRET",
        "REDIS_URI": "REDIS_URI",
        "USER_SERVICE_URL": "USER_SERVICE_URL",
        "TASKS_SERVICE_URL": "TASKS_SERVICE_URL",
        "ACTIVITY_SERVICE_URL": "ACTIVITY_SERVICE_URL",
        "CORS_ORIGINS": "CORS_ORIGINS",
    },
    (
        "MAX_BODY_BYTES",
        "UPSTREAM_TIMEOUT_SECONDS",
        "RATE_LIMIT_PER_MINUTE",
        "MAX_CONNECTIONS",
        "MAX_CONNECTIONS_PER_CLIENT",
        "MAX_SLOW_BODIES_PER_CLIENT",
        "TRUSTED_PROXIES",
        "HSTS_MAX_AGE",
    ),
)

SERVICES = (USER, TASKS, ACTIVITY, GATEWAY)
"""In the order they start."""
