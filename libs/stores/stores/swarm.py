"""The secrets of `deploy/swarm`: a file for each, and a part of the stack that names them."""

import hashlib
import json
import os
from pathlib import Path
from typing import Final

from stores.files import contents, is_of_stores
from stores.settings import Settings

PART: Final = "secrets.yml"
# Swarm has no secret without content, and each that a service names must be there. Settings ignore white space.
_NOTHING: Final = "\n"


def write(directory: Path, settings: Settings, *, stores_outside: bool = False) -> None:
    """Write the files, named `CONTAINER/FILE`, and the part of the stack, for their owner alone.

    A secret of Swarm cannot be changed. So its name has a digest of the content, and a changed one is
    another secret, which replaces the tasks that read it. With `stores_outside` there are none for the
    stores, and the files that say where these are must exist. Raises FileNotFoundError.
    """
    named: dict[str, dict[str, str]] = {}
    for name, content in contents(settings).items():
        file = directory / name
        if not (stores_outside and is_of_stores(name)):
            _write(file, content or _NOTHING)
        elif not name.endswith("_uri"):
            continue
        key = name.replace("/", "_")
        digest = hashlib.sha256(file.read_bytes()).hexdigest()[
            :8
        ]  # a name has 64 characters at most
        named[key] = {"name": f"task-hunter_{key}_{digest}", "file": f"{directory.name}/{name}"}
    _write(directory / PART, json.dumps({"secrets": named}, indent=2) + "\n")


def _write(file: Path, content: str) -> None:
    file.parent.mkdir(mode=0o700, exist_ok=True)
    new = file.with_name(f"{file.name}.new")
    with open(new, "w", opener=_for_its_owner) as written:
        written.write(content)
    new.replace(file)


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
