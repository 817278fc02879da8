"""The programs that no Python package brings: found, or installed by apt as root."""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from devstack import mongo, rabbitmq
from devstack.ports import LOOPBACK, free_port
from devstack.program import StartError

NAMES = ("mongo", "redis", "rabbitmq", "browser", "curl", "wrk", "prometheus", "caddy")
"""What can be asked for."""

_ILLEGAL_INSTRUCTION = -4
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_POLICY = Path("/usr/sbin/policy-rc.d")


@contextlib.contextmanager
def announced(step: str) -> Iterator[None]:
    """One line: what is done, then how long it took."""
    print(f"{step} ... ", end="", flush=True)
    start = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - start:.1f} s", flush=True)


def ensure_installed(wanted: Sequence[str]) -> None:
    """Install what these need and this machine lacks."""
    packages = missing_packages(wanted)
    if packages:
        with announced(f"Installing {' '.join(packages)}"):
            install(packages)


def missing_packages(wanted: Sequence[str]) -> list[str]:
    """The Debian packages still needed for these of NAMES."""
    packages: list[str] = []
    if "mongo" in wanted and not _mongod_runs():
        packages += ["libcurl4", "libssl3", "liblzma5"]
    if "redis" in wanted and not shutil.which("redis-server"):
        packages.append("redis-server")
    if "rabbitmq" in wanted and not rabbitmq.find_rabbitmq_server():
        packages.append("rabbitmq-server")
    if "browser" in wanted and not any(map(shutil.which, _BROWSERS)):
        packages.append("chromium")
    same = ("curl", "wrk", "prometheus", "caddy")  # the program and its package have one name
    packages += [name for name in same if name in wanted and not shutil.which(name)]
    return packages


def _mongod_runs() -> bool:
    program = mongo.find_mongod()
    answer = subprocess.run(
        [program, "--version"], capture_output=True, text=True, timeout=60, check=False
    )
    if answer.returncode == _ILLEGAL_INSTRUCTION:
        raise StartError(
            "This processor lacks the AVX instructions that MongoDB 5 and newer need: set "
            "MONGO_USER_URI, MONGO_TASKS_URI, MONGO_ACTIVITY_URI and MONGO_GATEWAY_URI to a server elsewhere."
        )
    if answer.returncode and "shared libraries" not in answer.stderr:
        raise StartError(f"{program} does not run: {answer.stderr.strip()}")
    return answer.returncode == 0


def install(packages: Sequence[str]) -> None:
    """Install Debian packages without starting the services they bring."""
    wanted = " ".join(packages)
    command = f"apt-get install -y --no-install-recommends {wanted}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise StartError(f"Not installed here: {wanted}. Run `{command}` as root, then try again.")
    # The packages' own scripts could start an epmd: not on the port that others may use.
    epmd = {"ERL_EPMD_PORT": str(free_port()), "ERL_EPMD_ADDRESS": LOOPBACK}
    with _no_service_starts():
        for step in ("apt-get update", command):
            answer = subprocess.run(
                [*step.split(), "-q", "-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=3"],
                env=os.environ | epmd | {"DEBIAN_FRONTEND": "noninteractive"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            if answer.returncode:
                end = "\n".join(answer.stdout.splitlines()[-8:])
                raise StartError(f"`{step}` failed:\n{end}\nInstall {wanted} by hand, try again.")


@contextlib.contextmanager
def _no_service_starts() -> Iterator[None]:
    """Debian's packages start their services when installed, unless this file says no (101)."""
    if _POLICY.exists():
        yield
        return
    _POLICY.write_text("#!/bin/sh\nexit 101\n")
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink()
