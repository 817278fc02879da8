"""MongoDB: a replica set of one, and a user for each service that opens its own database alone."""

from collections.abc import Mapping
from typing import Any, Final

import pymongo
from pymongo.errors import OperationFailure, PyMongoError

from stores.passwords import ADMIN, password_of

DATABASES: Final[Mapping[str, str]] = {
    "api-gateway": "gateway_db",
    "user-service": "user_service_db",
    "tasks-service": "tasks_service_db",
    "activity-service": "activity_service_db",
}

REPLICA_SET: Final = "rs0"
_INITIATE_SECONDS: Final = 60.0  # on a slow disk; nothing is gained by an earlier end

_UNAUTHORIZED, _AUTHENTICATION_FAILED = 13, 18

Client = pymongo.MongoClient[dict[str, Any]]


class OtherPasswordError(RuntimeError):
    """The data have an administrator whose password is not derived from this secret."""


def service_uri(service: str, host: str, secret: str) -> str:
    """The database of a service, for its own user; `host` has the port."""
    password = password_of(service, secret)
    return f"mongodb://{service}:{password}@{host}/{DATABASES[service]}?replicaSet={REPLICA_SET}"


def key_file(secret: str) -> str:
    """By it the members of a replica set know each other: mongod asks for one where it has users."""
    return password_of("key file", secret)


def open_server(host: str, secret: str = "", *, timeout: float | None = 2.0) -> Client:
    """A client of this very server, whatever its replica set says; `timeout` is in seconds.

    With the secret it is the administrator's. Without a time-out an operation goes on for as long as
    the server answers.
    """
    return pymongo.MongoClient(
        host,
        directConnection=True,
        timeoutMS=None if timeout is None else int(timeout * 1000),
        socketTimeoutMS=60_000,
        connectTimeoutMS=1000,
        username=ADMIN if secret else None,
        password=password_of(ADMIN, secret) if secret else None,
    )


def set_up(host: str, secret: str = "", *, member: str, fallback: str = "") -> bool:
    """Make what is missing of the replica set and, with a secret, of its users; whether all is there.

    Users whose passwords are those of the secret `fallback` get those of `secret`. `host` must be on loopback for mongod: as long as there are no users, whoever comes from there
    may make the first one. So data that were stored without users get theirs. `member` is the
    server's own address, as clients see it. Raises OtherPasswordError.
    """
    try:
        with open_server(host, secret) as client:
            if not _is_primary(client, member):
                return False
            if secret:
                _make_service_users(client, secret)
            return True
    except OperationFailure as error:
        if error.code == _AUTHENTICATION_FAILED and not (
            fallback and _change_passwords(host, fallback, secret)
        ):
            _make_administrator(host, secret, member)
        return False
    except PyMongoError:
        return False


def _is_primary(client: Client, member: str) -> bool:
    hello = client.admin.command("hello")
    if hello.get("isWritablePrimary"):
        return True
    # As it is stored: while mongod still looks for itself in it, it says that it has none.
    config = client.local["system.replset"].find_one()
    if config is None:
        _initiate(client, member)
    elif config["members"][0]["host"] != member:  # the data moved to another port
        moved = config | {"members": [_member(member)], "version": config["version"] + 1}
        client.admin.command("replSetReconfig", moved, force=True)
    elif "setName" not in hello:
        # An initiation that was interrupted can leave one that mongod does not use. While mongod
        # starts it refuses another initiation.
        _initiate(client, member)
    return False


def _initiate(client: Client, member: str) -> None:
    settings = {"electionTimeoutMillis": 2000}
    config = {"_id": REPLICA_SET, "members": [_member(member)], "settings": settings}
    with pymongo.timeout(_INITIATE_SECONDS):
        client.admin.command("replSetInitiate", config)


def _member(host: str) -> dict[str, Any]:
    return {"_id": 0, "host": host}


def _make_administrator(host: str, secret: str, member: str) -> None:
    with open_server(host) as client:
        try:
            if client.admin.command("hello").get("isWritablePrimary"):
                password = password_of(ADMIN, secret)
                client.admin.command("createUser", ADMIN, pwd=password, roles=["root"])
            else:
                _initiate(client, member)  # refused when it is, and only waits for its election
        except OperationFailure as error:
            if error.code == _UNAUTHORIZED:
                raise OtherPasswordError from None
        except PyMongoError:
            return


def _change_passwords(host: str, old: str, new: str) -> bool:
    """Give each user its password of the secret `new`; False if `old` is not the one before.

    Connections that are open stay signed in. The administrator is the last, so that after a failure
    the rest can be done again.
    """
    try:
        with open_server(host, old) as client:
            found = client.admin.command("usersInfo", {"forAllDBs": True})["users"]
            for user in sorted(found, key=lambda user: user["user"] == ADMIN):
                password = password_of(user["user"], new)
                client[user["db"]].command("updateUser", user["user"], pwd=password)
    except OperationFailure as error:
        return error.code != _AUTHENTICATION_FAILED
    except PyMongoError:
        return True  # the next attempt will tell
    return True


def _make_service_users(client: Client, secret: str) -> None:
    found = client.admin.command("usersInfo", {"forAllDBs": True})["users"]
    names = {user["user"] for user in found}
    for service, database in DATABASES.items():
        if service not in names:
            password = password_of(service, secret)
            client[database].command("createUser", service, pwd=password, roles=["readWrite"])
