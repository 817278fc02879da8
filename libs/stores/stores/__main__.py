"""`python -m stores COMMAND`: what docker-compose runs beside the services.

commands, of which the first two run once, before the services start:
  files DIRECTORY     write what each container must know
  mongo               make MongoDB's replica set and users
  backup TARGET       write a backup to a file or into a directory, while all goes on
  restore FILE        restore a backup, with no service running and nothing stored
"""

import contextlib
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from chassis.settings import load_settings, with_fallback

from stores import mongo
from stores.backup import BackupError, back_up
from stores.files import MONGO_HOST, write
from stores.restore import restore
from stores.settings import Settings

_WITHIN = 300.0  # seconds
_EVERY = 1.0


def main() -> None:
    """One command; a failure is one message and exit status 1."""
    settings = load_settings(Settings)
    match sys.argv[1:]:
        case ["files", directory]:
            write(Path(directory), settings)
        case ["mongo"]:
            _set_up_mongo(settings)
        case ["backup", target]:
            _back_up(Path(target), settings.mongo_password.get_secret_value())
        case ["restore", file]:
            _restore(Path(file), settings.mongo_password.get_secret_value())
        case _:
            sys.exit(__doc__)


def _set_up_mongo(settings: Settings) -> None:
    secret, *rest = with_fallback(settings.mongo_password, settings.mongo_password_fallback)
    fallback = "".join(rest)
    deadline = time.monotonic() + _WITHIN
    try:
        while not mongo.set_up("127.0.0.1:27017", secret, member=MONGO_HOST, fallback=fallback):
            if time.monotonic() > deadline:
                sys.exit(f"MongoDB was not ready within {_WITHIN:.0f} s: see its log.")
            time.sleep(_EVERY)
    except mongo.OtherPasswordError:
        sys.exit(
            "MongoDB's data were made with another MONGO_PASSWORD: set that one as MONGO_PASSWORD_FALLBACK."
        )


@contextlib.contextmanager
def _step(what: str) -> Iterator[None]:
    """One line: what is done, then how long it took."""
    print(f"{what} ... ", end="", flush=True)
    start = time.monotonic()
    yield
    print(f"{time.monotonic() - start:.1f} s", flush=True)


def _back_up(target: Path, secret: str) -> None:
    try:
        with mongo.open_server(MONGO_HOST, secret, timeout=None) as client:
            file = back_up(client, target, _step)
    except BackupError as error:
        sys.exit(f"\n{error}")
    print(f"{file}: {file.stat().st_size:,} bytes")


def _restore(file: Path, secret: str) -> None:
    try:
        with mongo.open_server(MONGO_HOST, secret, timeout=None) as client:
            moment = restore(client, file, _step)
    except BackupError as error:
        sys.exit(f"\n{error}")
    since = f"{moment - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
    print(f"As of {moment:%Y-%m-%d %H:%M:%S} UTC. Now start the services, then complete the feed:")
    print(f"docker-compose exec tasks-service python -m tasks_service.replay --since {since}")


if __name__ == "__main__":
    main()
