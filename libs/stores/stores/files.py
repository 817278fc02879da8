"""What each container of the suite must know, as files that no other container sees."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from stores import mongo, rabbitmq, redis
from stores.settings import Settings

MONGO_HOST: Final = "mongo_db:27017"
_REDIS_HOST = "redis:6379"
_RABBITMQ_HOST = "rabbitmq:5672"

_MONGO_KEY_FILE = "mongo_db/key-file"
_MONGOD_USER = 999  # in the official image


def write(directory: Path, settings: Settings) -> None:
    """Write each container's files to the folder of its name, which exists."""
    for name, content in _files(settings).items():
        file = directory / name
        new = file.with_suffix(".new")
        new.write_text(content)
        if name == _MONGO_KEY_FILE:  # mongod refuses one that others may read
            new.chmod(0o400)
            os.chown(new, _MONGOD_USER, _MONGOD_USER)
        else:
            new.chmod(0o444)  # by whatever user the container runs as
        new.replace(file)


def _files(settings: Settings) -> Mapping[str, str]:
    internal, jwt = (
        secret.get_secret_value() for secret in (settings.internal_secret, settings.jwt_secret)
    )
    mongo_secret = settings.mongo_password.get_secret_value()
    redis_secret = settings.redis_password.get_secret_value()
    rabbitmq_secret = settings.rabbitmq_pass.get_secret_value()
    files = {
        "api-gateway/jwt_secret": jwt,
        "user-service/jwt_secret": jwt,
        "user-service/refresh_secret": settings.refresh_secret.get_secret_value(),
        _MONGO_KEY_FILE: mongo.key_file(mongo_secret),
        "redis/redis.conf": _redis_configuration(redis_secret),
        "rabbitmq/definitions.json": json.dumps(rabbitmq.definitions("/", rabbitmq_secret)),
    }
    for service in ("api-gateway", "user-service", "tasks-service", "activity-service"):
        files[f"{service}/internal_secret"] = internal
    for service in mongo.DATABASES:
        files[f"{service}/mongo_uri"] = mongo.service_uri(service, MONGO_HOST, mongo_secret)
    for service in ("api-gateway", "user-service"):
        files[f"{service}/redis_uri"] = redis.user_uri(service, _REDIS_HOST, redis_secret)
    for service in rabbitmq.SERVICES:
        uri = rabbitmq.user_uri(service, _RABBITMQ_HOST, "/", rabbitmq_secret)
        files[f"{service}/rabbitmq_uri"] = uri
    return files


def _redis_configuration(secret: str) -> str:
    # Its network has no way in but for the services, and who gives no password may only ping.
    lines = ["appendonly yes", "protected-mode no", *redis.configuration(secret)]
    return "\n".join(lines) + "\n"
