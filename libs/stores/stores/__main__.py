"""`python -m stores COMMAND`: what docker-compose runs once, before the services start.

`files DIRECTORY` writes what each container must know. `mongo` makes MongoDB's replica set and users.
"""

import sys
import time
from pathlib import Path

from chassis.settings import load_settings, with_fallback

from stores import mongo
from stores.files import MONGO_HOST, write
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


if __name__ == "__main__":
    main()
