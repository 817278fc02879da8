"""The page: built when its sources changed, run by Node."""

import contextlib
import fcntl
import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from devstack import node
from devstack.ports import LOOPBACK
from devstack.process import Program, StartError

PAGE = "page"

_WITHOUT = "`PAGE=off make up` goes without the page."
_GENERATED = {"node_modules", ".next", "next-env.d.ts"}


class Page:
    """The Next.js project in `folder`."""

    def __init__(self, folder: Path, log: Path) -> None:
        self._folder = folder
        self._log = log
        self._lock = folder / "package-lock.json"
        self._server = folder / ".next/standalone/server.js"
        self._installed_from = folder / "node_modules/.installed-from"
        self._built_from = folder / ".next/built-from"

    @property
    def exists(self) -> bool:
        """Whether there is a page to run."""
        return (self._folder / "package.json").exists()

    def has_node(self) -> bool:
        """Whether there is a Node for it."""
        return node.find(self._needed_node()) is not None

    def install_node(self) -> None:
        """Install Node; StartError with a remedy if there is none for this machine."""
        try:
            node.install()
        except StartError as error:
            version = ".".join(map(str, self._needed_node()))
            raise StartError(
                f"{error}\nInstall Node {version} or newer, with npm. {_WITHOUT}"
            ) from None

    def _needed_node(self) -> node.Version:
        engines = json.loads((self._folder / "package.json").read_text()).get("engines", {})
        return node.numbers(engines.get("node", "20"))

    def _programs(self) -> Path:
        found = node.find(self._needed_node())
        if not found:
            raise StartError(f"There is no Node for the page. {_WITHOUT}")
        return found

    def _environment(self) -> dict[str, str]:
        path = f"{self._programs()}:{os.environ['PATH']}"
        return os.environ | {"PATH": path, "NEXT_TELEMETRY_DISABLED": "1"}

    def check(self) -> None:
        """Its own style, types and unit tests; CalledProcessError when one fails."""
        self.install()
        subprocess.run(
            ["npm", "run", "check"], cwd=self._folder, env=self._environment(), check=True
        )

    def is_installed(self) -> bool:
        """Whether its packages are those of the lock file."""
        return _read(self._installed_from) == _digest([self._lock])

    def install(self) -> None:
        """Install its packages, unless they are."""
        with self._alone():
            if not self.is_installed():
                try:
                    self._npm("ci", "--no-audit", "--no-fund")
                except StartError:
                    # A registry that lacks other platforms' optional packages makes npm leave them
                    # out of the lock, and refuse the lock for it. This installs the same versions.
                    self._npm("install", "--no-save", "--no-audit", "--no-fund")
                self._installed_from.write_text(_digest([self._lock]))

    def is_built(self) -> bool:
        """Whether what would run is what the sources say."""
        return self._server.exists() and _read(self._built_from) == self._sources()

    def build(self) -> None:
        """Build it with the installed packages, unless it is built."""
        with self._alone():
            if not self.is_built():
                sources = self._sources()
                self._npm("run", "build")
                self._built_from.write_text(sources)

    def program(self, directory: Path, port: int, gateway_url: str) -> Program:
        """The built page as a server on `port`."""
        env = {
            "PORT": str(port),
            "HOSTNAME": LOOPBACK,
            "API_BASE_URL": gateway_url,
            "NODE_ENV": "production",
        }
        return Program(
            PAGE,
            [str(self._programs() / "node"), str(self._server)],
            directory,
            env,
            version=self._sources(),
        )

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with (self._folder / "package.json").open() as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _npm(self, *arguments: str) -> None:
        answer = subprocess.run(
            ["npm", *arguments],
            cwd=self._folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        self._log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._log.write_text(answer.stdout)
        if answer.returncode:
            lines = answer.stdout.splitlines()
            # npm says what is wrong first, Next.js last.
            excerpt = lines if len(lines) <= 20 else [*lines[:8], "...", *lines[-12:]]
            text = "\n".join(excerpt)
            raise StartError(
                f"`npm {' '.join(arguments)}` failed:\n{text}\nAll of it is in {self._log}. {_WITHOUT}"
            )

    def _sources(self) -> str:
        files = [
            file
            for top in sorted(self._folder.iterdir())
            if top.name not in _GENERATED
            for file in ([top] if top.is_file() else sorted(top.rglob("*")))
            if file.is_file() and file.suffix != ".tsbuildinfo"
        ]
        return _digest(files)


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file).encode() + file.read_bytes())
    return digest.hexdigest()


def _read(file: Path) -> str:
    return file.read_text() if file.exists() else ""
