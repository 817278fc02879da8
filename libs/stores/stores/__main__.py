"""`python -m stores COMMAND`: what docker-compose, Swarm and Kubernetes run beside the services.

commands, of which the first two run once, before the services start:
  files DIRECTORY     write what each container must know
  mongo               make MongoDB's replica set and users
  backup TARGET       write a backup to a file or into a directory, while all goes on
  restore FILE        restore a backup, with no service running and nothing stored

and two that run where the manifests are:
  kubernetes OVERLAY  print the Secrets of deploy/kubernetes/overlays/OVERLAY: small or large
  swarm DIRECTORY     write the secrets of deploy/swarm; with `outside` behind it, for stores of
                      one's own, whose URIs stand in DIRECTORY already
"""

import contextlib
import json
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from chassis.settings import load_settings, with_fallback

from stores import kubernetes, mongo, swarm
from stores.backup import (
    BackupError,
    back_up,
    failing_as_backup_error,
    refuse_half_restored,
)
from stores.files import write
from stores.restore import restore
from stores.settings import MongoSettings, Settings

_WITHIN = 300.0  # seconds
_EVERY = 1.0
_OF_THIS_HOST = "127.0.0.1:27017"


def main() -> None:
    """One command; a failure is one message and exit status 1."""
    match sys.argv[1:]:
        case ["files", directory]:
            write(Path(directory), load_settings(Settings))
        case ["kubernetes", "small" | "large" as overlay]:
            print(json.dumps(kubernetes.secrets(load_settings(Settings), overlay), indent=2))
        case ["swarm", directory]:
            swarm.write(Path(directory), load_settings(Settings))
        case ["swarm", directory, "outside"]:
            _write_for_stores_outside(Path(directory))
        case ["mongo"]:
            _set_up_mongo(load_settings(MongoSettings))
        case ["backup", target]:
            _back_up(Path(target), load_settings(MongoSettings))
        case ["restore", file]:
            _restore(Path(file), load_settings(MongoSettings))
        case _:
            sys.exit(__doc__)


def _write_for_stores_outside(directory: Path) -> None:
    try:
        swarm.write(directory, load_settings(Settings), stores_outside=True)
    except FileNotFoundError as error:
        sys.exit(f"{error.filename} is missing: write the URI of that store into it.")


def _set_up_mongo(settings: MongoSettings) -> None:
    secret, *rest = with_fallback(settings.mongo_password, settings.mongo_password_fallback)
    fallback = "".join(rest)
    deadline = time.monotonic() + _WITHIN
    try:
        while not mongo.set_up(
            _OF_THIS_HOST, secret, member=settings.mongo_host, fallback=fallback
        ):
            if time.monotonic() > deadline:
                sys.exit(f"MongoDB was not ready within {_WITHIN:.0f} s: see its log.")
            time.sleep(_EVERY)
    except mongo.OtherPasswordError:
        sys.exit(
            "MongoDB's data were made with another MONGO_PASSWORD: set that one as MONGO_PASSWORD_FALLBACK."
        )
    _end_if_half_restored(secret)


def _end_if_half_restored(secret: str) -> None:
    """The services start after this command alone: they must not go on with a part of the data."""
    try:
        with mongo.open_server(_OF_THIS_HOST, secret) as client, failing_as_backup_error():
            refuse_half_restored(client)
    except BackupError as error:
        sys.exit(str(error))


@contextlib.contextmanager
def _step(what: str) -> Iterator[None]:
    """One line: what is done, then how long it took."""
    print(f"{what} ... ", end="", flush=True)
    start = time.monotonic()
    yield
    print(f"{time.monotonic() - start:.1f} s", flush=True)


def _administrator(settings: MongoSettings) -> mongo.Client:
    secret = settings.mongo_password.get_secret_value()
    return mongo.open_server(settings.mongo_host, secret, timeout=None)


def _back_up(target: Path, settings: MongoSettings) -> None:
    try:
        with _administrator(settings) as client:
            file = back_up(client, target, _step)
    except BackupError as error:
        sys.exit(f"\n{error}")
    print(f"{file}: {file.stat().st_size:,} bytes")


def _restore(file: Path, settings: MongoSettings) -> None:
    try:
        with _administrator(settings) as client:
            moment = restore(client, file, _step)
    except BackupError as error:
        sys.exit(f"\n{error}")
    since = f"{moment - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
    print(f"As of {moment:%Y-%m-%d %H:%M:%S} UTC. Now start the services, then complete the feed:")
    print(f"docker-compose exec tasks-service python -m tasks_service.replay --since {since}")


if __name__ == "__main__":
    main()
