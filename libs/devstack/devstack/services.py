"""The four services and the page, as programs of a suite."""

import hashlib
import importlib
import sys
from collections.abc import Mapping
from pathlib import Path

from devstack.ports import LOOPBACK
from devstack.program import Program, StartError

GATEWAY = "api-gateway"
SERVICES = ("user-service", "tasks-service", "activity-service", GATEWAY)
"""In the order they start."""
PAGE = "page"
AUTHORITIES = "SSL_CERT_FILE"


def module_of(name: str) -> str:
    """The Python package that runs a service."""
    return name.replace("-", "_")


def variables_of(name: str) -> list[str]:
    """The environment variables that a service or the page reads: for a service, by its settings."""
    if name == PAGE:
        return ["PORT", "GATEWAY_PORT", "API_BASE_URL", "PASSWORD_MIN_LENGTH"]
    settings = importlib.import_module(f"{module_of(name)}.settings").Settings
    return [field.upper() for field in settings.model_fields]


def is_read_by_libraries(variable: str) -> bool:
    """Whether OpenSSL or OpenTelemetry's SDK reads it in each service, beside the settings."""
    return variable == AUTHORITIES or variable.startswith("OTEL_")


def code_of(name: str, root: Path) -> list[Path]:
    """The folders of the code that a service runs."""
    libraries = [root / "libs/chassis/chassis", root / "libs/contracts/contracts"]
    return [root / name / module_of(name), *libraries]


def service_program(name: str, root: Path, directory: Path, env: Mapping[str, str]) -> Program:
    """How a service runs. Changed code makes it another program, which `up` starts anew."""
    digest = hashlib.sha256()
    files = [file for folder in code_of(name, root) for file in sorted(folder.rglob("*.py"))]
    for file in [root / "requirements-dev.lock", *files]:
        if file.exists():
            digest.update(str(file.relative_to(root)).encode() + file.read_bytes())
    ours = {"PYTHONUNBUFFERED": "1", "CODE_DIGEST": digest.hexdigest()}
    argv = [sys.executable, "-m", module_of(name)]
    return Program(name, argv, directory, dict(env) | ours)


def with_node(root: Path, *command: str) -> list[str]:
    """A command, run where a Node that is new enough is on PATH."""
    return [str(root / "libs/devstack/node.sh"), *command]


def page_program(root: Path, directory: Path, env: Mapping[str, str]) -> Program:
    """The page as `make page` has built it, run by Node; another build is another program."""
    built = root / "frontend/.next"
    try:
        build_id = (built / "BUILD_ID").read_text()
    except FileNotFoundError:
        raise StartError("The page is not built: `make page` builds it.") from None
    ours = {"HOSTNAME": LOOPBACK, "NODE_ENV": "production", "BUILD_ID": build_id}
    # As the gateway: idle connections stay open for 75 s, and a request's head may have 128 KiB.
    ours |= {"KEEP_ALIVE_TIMEOUT": "75000"}
    head = "--max-http-header-size=131072"
    young = "--max-semi-space-size=4"  # MiB for what has just been made; by default 16, and it fills them
    argv = with_node(root, "node", head, young, str(built / "standalone/server.js"))
    return Program(PAGE, argv, directory, dict(env) | ours)
