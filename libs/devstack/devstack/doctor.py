"""What keeps the suite from running here, or from running well: each finding with its remedy."""

import platform
import shutil
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import psutil
import pymongo
import redis
from pymongo.errors import PyMongoError

from devstack.install import missing_packages
from devstack.plan import STORE_URIS, own_stores
from devstack.ports import is_free, listener
from devstack.program import StartError
from devstack.services import GATEWAY, PAGE
from devstack.state import State

GIB: Final = 2**30
LEAST_MEMORY: Final = 2 * GIB  # the suite takes half of it, a build of the page the rest
LEAST_DISK: Final = 3 * GIB
MOST_CLOCK_DIFFERENCE: Final = 4.0  # seconds, with those that an answer may take
TIMEOUT: Final = 3  # seconds for a store to answer
THIS_MACHINE: Final = ("", "127.0.0.1", "localhost", "::1", "[::1]")  # what no other one reaches
EXAMPLE_MARK: Final = "change-me"
MONGO_VERSION, REDIS_VERSION = "6.0", "7.0"  # the oldest that the tests run on


class Finding(NamedTuple):
    """What was looked at and what was found; `remedy` is empty if that is as it should be."""

    subject: str
    found: str
    remedy: str = ""


def findings(
    root: Path, directory: Path, settings: Mapping[str, str], running: Set[str]
) -> Iterator[Finding]:
    """All findings, one after the other.

    `settings` are environment variables, as for `up`; `running` names what runs of the suite.
    """
    yield Finding("system", f"{platform.platform()}, Python {platform.python_version()}")
    yield _memory(psutil.virtual_memory().available)
    yield _disk(shutil.disk_usage(root).free)
    yield _programs(settings)
    for variable, name, default in (("GATEWAY_PORT", GATEWAY, 4000), ("PAGE_PORT", PAGE, 3000)):
        known = State(directory).known_ports(name) if name in running else []
        yield _port(variable, settings.get(variable) or str(default), known)
    yield _secrets(root / ".env", settings)
    looks = {"mongo": _mongo, "redis": _redis, "rabbitmq": _rabbitmq}
    for store, variables in STORE_URIS.items():
        for variable in variables:
            if uri := settings.get(variable):
                yield looks[store](variable, uri)


def _memory(available: int) -> Finding:
    found = f"{available / GIB:.1f} GiB are available"
    if available >= LEAST_MEMORY:
        return Finding("memory", found)
    return Finding("memory", found, "close other programs, or go without the page: PAGE=off")


def _disk(free: int) -> Finding:
    found = f"{free / GIB:.1f} GiB are free"
    return Finding("disk", found, "" if free >= LEAST_DISK else f"free {LEAST_DISK // GIB} GiB")


def _programs(settings: Mapping[str, str]) -> Finding:
    try:
        missing = " ".join(missing_packages(own_stores(settings)))
    except StartError as error:
        return Finding("programs", "one does not run", str(error))
    if not missing:
        return Finding("programs", "all are installed")
    remedy = f"`make up` as root installs them, as does `apt-get install {missing}`"
    return Finding("programs", f"{missing} are missing", remedy)


def _port(variable: str, given: str, known: Sequence[int]) -> Finding:
    if not given.isdecimal() or not 0 < int(given) < 65536:
        return Finding(variable, f"{given} is no port", "give a number up to 65535")
    port = int(given)
    if port in known:
        return Finding(variable, f"{port} is in use by this suite")
    if is_free(port):
        return Finding(variable, f"{port} is free")
    remedy = f"stop that, or choose another port with {variable}=…"
    return Finding(variable, f"{port} is taken by {listener(port)}", remedy)


def _secrets(env_file: Path, settings: Mapping[str, str]) -> Finding:
    lines = env_file.read_text().splitlines() if env_file.exists() else []
    values = dict(line.split("=", 1) for line in lines if "=" in line and line[0].isalpha())
    values |= settings
    examples = sorted(name for name, value in values.items() if EXAMPLE_MARK in value)
    if not examples:
        return Finding("secrets", "no example is in use")
    found = f"examples: {', '.join(examples)}"
    if (
        values.get("BIND_ADDRESS", "") not in THIS_MACHINE
        or values.get("ENVIRONMENT") == "production"
    ):
        return Finding("secrets", found, "move .env away, then `make env` makes fresh ones")
    return Finding("secrets", f"{found}; they will do for this machine alone")


def _mongo(variable: str, uri: str) -> Finding:
    try:
        with pymongo.MongoClient[dict[str, object]](uri, timeoutMS=TIMEOUT * 1000) as client:
            hello = client.admin.command("hello")
            version = client.server_info()["version"]
    except PyMongoError as error:
        return _unreachable(variable, type(error).__name__)
    if "setName" not in hello:
        return Finding(variable, "is no replica set", "start mongod with --replSet and initiate it")
    return _store(variable, version, MONGO_VERSION, hello["localTime"].replace(tzinfo=UTC))


def _redis(variable: str, uri: str) -> Finding:
    try:
        with redis.Redis.from_url(uri, socket_timeout=TIMEOUT, retry=None) as client:
            version = client.info("server")["redis_version"]
            seconds, microseconds = client.time()
    except redis.RedisError as error:
        return _unreachable(variable, type(error).__name__)
    return _store(
        variable, version, REDIS_VERSION, datetime.fromtimestamp(seconds + microseconds / 1e6, UTC)
    )


def _rabbitmq(variable: str, uri: str) -> Finding:
    parts = urlsplit(uri)
    try:
        with socket.create_connection((parts.hostname, parts.port or 5672), TIMEOUT) as connection:
            connection.sendall(b"AMQP\0\0\x09\x01")  # AMQP 0-9-1, section 4.2.2
            greeting = connection.recv(1)
    except OSError as error:
        return _unreachable(variable, error.strerror or "no answer")
    # A broker begins with a method frame (type 1).
    return (
        Finding(variable, "answers") if greeting == b"\x01" else _unreachable(variable, "no AMQP")
    )


def _unreachable(variable: str, why: str) -> Finding:
    return Finding(variable, f"is not reached: {why}", "start that server, or correct the variable")


def _store(variable: str, version: str, oldest: str, its_time: datetime) -> Finding:
    found = f"answers, version {version}"
    if _numbers(version) < _numbers(oldest):
        return Finding(variable, found, f"{oldest} is the oldest version that is tried")
    difference = abs((datetime.now(UTC) - its_time).total_seconds())
    if difference > MOST_CLOCK_DIFFERENCE:
        remedy = "let both machines set their clocks by NTP"
        return Finding(variable, f"its clock differs by {difference:.0f} s", remedy)
    return Finding(variable, found)


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")[:2]]


def report(found: Iterable[Finding]) -> tuple[str, bool]:
    """A line for each finding and one more for its remedy; whether all is as it should be."""
    lines, is_fine = [], True
    for subject, said, remedy in found:
        lines.append(f"{'!!' if remedy else 'ok'}  {subject}: {said}")
        if remedy:
            is_fine = False
            lines.append(f"      {remedy}")
    return "\n".join(lines), is_fine
