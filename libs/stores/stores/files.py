"""What each container of the suite must know, as files that no other container sees."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from stores import mongo, rabbitmq, redis
from stores.settings import Settings

_REDIS_HOST = "redis:6379"
_RABBITMQ_HOST = "rabbitmq:5672"

MONGO: Final = "mongo_db"
_STORES: Final = (MONGO, "redis", "rabbitmq")
_MONGO_KEY_FILE = f"{MONGO}/key-file"
_MONGOD_USER = 999  # in the official image

_INTERNAL: Final = ("internal_secret", "internal_secret_fallback")
_SECRETS: Final[Mapping[str, Sequence[str]]] = {
    "api-gateway": [*_INTERNAL, "jwt_secret", "jwt_secret_fallback"],
    # It signs access tokens and verifies none: it needs no former secret for them.
    "user-service": [*_INTERNAL, "jwt_secret", "refresh_secret", "refresh_secret_fallback"],
    "tasks-service": _INTERNAL,
    "activity-service": _INTERNAL,
}


def write(directory: Path, settings: Settings) -> None:
    """Write each container's files to the folder of its name, which exists.

    A fallback that is no longer set is left in no file.
    """
    for name, content in contents(settings).items():
        file = directory / name
        if not content:
            file.unlink(missing_ok=True)
            continue
        new = file.with_suffix(".new")
        new.write_text(content)
        if name == _MONGO_KEY_FILE:  # mongod refuses one that others may read
            new.chmod(0o400)
            os.chown(new, _MONGOD_USER, _MONGOD_USER)
        else:
            new.chmod(0o444)  # by whatever user the container runs as
        new.replace(file)


def contents(settings: Settings) -> Mapping[str, str]:
    """Each file, named `CONTAINER/FILE`, with what it holds; one that holds nothing is not needed."""
    mongo_secret = settings.mongo_password.get_secret_value()
    redis_secret = settings.redis_password.get_secret_value()
    rabbitmq_secret = settings.rabbitmq_pass.get_secret_value()
    files = {
        _MONGO_KEY_FILE: mongo.key_file(mongo_secret),
        "redis/redis.conf": _redis_configuration(
            redis_secret, text(settings.redis_password_fallback)
        ),
        "rabbitmq/definitions.json": json.dumps(rabbitmq.definitions("/", rabbitmq_secret)),
    }
    for service, names in _SECRETS.items():
        for name in names:
            files[f"{service}/{name}"] = text(getattr(settings, name))
    for service in mongo.DATABASES:
        files[f"{service}/mongo_uri"] = mongo.service_uri(
            service, settings.mongo_host, mongo_secret
        )
    for service in ("api-gateway", "user-service"):
        files[f"{service}/redis_uri"] = redis.user_uri(service, _REDIS_HOST, redis_secret)
    for service in rabbitmq.SERVICES:
        uri = rabbitmq.user_uri(service, _RABBITMQ_HOST, "/", rabbitmq_secret)
        files[f"{service}/rabbitmq_uri"] = uri
    return files


def is_of_stores(name: str) -> bool:
    """Whether a file, named `CONTAINER/FILE`, goes to a store or says where one is."""
    return name.partition("/")[0] in _STORES or name.endswith("_uri")


def text(secret: SecretStr | None) -> str:
    """The secret in the clear; empty if there is none."""
    return secret.get_secret_value() if secret else ""


def _redis_configuration(secret: str, fallback: str) -> str:
    # Its network has no way in but for the services, and who gives no password may only ping.
    lines = ["appendonly yes", "protected-mode no", *redis.configuration(secret, fallback)]
    return "\n".join(lines) + "\n"
