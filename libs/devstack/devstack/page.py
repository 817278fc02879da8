"""The page: what `make page` has built, run by Node."""

from collections.abc import Mapping
from pathlib import Path

from devstack.ports import LOOPBACK
from devstack.program import Program, StartError

PAGE = "page"
SETTINGS = ("PASSWORD_MIN_LENGTH",)
"""Of the services' settings, those that the page reads too."""


def with_node(root: Path, *command: str) -> list[str]:
    """A command, run where a Node that is new enough is on PATH."""
    return [str(root / "libs/devstack/node.sh"), *command]


def program(
    root: Path, directory: Path, port: int, gateway_port: int, settings: Mapping[str, str]
) -> Program:
    """The built page as a server on `port`; another build is another program."""
    built = root / "frontend/.next"
    try:
        build_id = (built / "BUILD_ID").read_text()
    except FileNotFoundError:
        raise StartError("The page is not built: `make page` builds it.") from None
    env = {
        "PORT": str(port),
        "HOSTNAME": LOOPBACK,
        "GATEWAY_PORT": str(gateway_port),
        "NODE_ENV": "production",
        "BUILD_ID": build_id,
    }
    env |= {name: settings[name] for name in SETTINGS if settings.get(name)}
    argv = with_node(root, "node", str(built / "standalone/server.js"))
    return Program(PAGE, argv, directory, env)
