"""Redis."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import redis
from stores import redis as users
from stores.passwords import ADMIN

from devstack.ports import LOOPBACK
from devstack.program import Program, StartError


class Redis:
    """A redis-server with an append-only file under `directory`/data; with a secret it has users.

    The passwords of the secret `fallback` are theirs, too.

    `fsync` is Redis's appendfsync: "always", "everysec" or "no".
    """

    name = "redis"

    def __init__(
        self,
        directory: Path,
        port: int,
        *,
        secret: str = "",
        fallback: str = "",
        fsync: str = "everysec",
    ) -> None:
        self.directory = directory
        self.port = port
        self._secret = secret
        self._fallback = fallback
        self._fsync = fsync

    @property
    def uri(self) -> str:
        """Database 0, for who may do everything."""
        return self._uri_of(ADMIN)

    @property
    def service_uris(self) -> Mapping[str, str]:
        """The URI of each service that uses it."""
        return {user: self._uri_of(user) for user in users.USERS}

    def _uri_of(self, user: str) -> str:
        host = f"{LOOPBACK}:{self.port}"
        return users.user_uri(user, host, self._secret) if self._secret else f"redis://{host}/0"

    def programs(self) -> Sequence[Program]:
        """The one redis-server."""
        data = self.directory / "data"
        data.mkdir(parents=True, exist_ok=True)
        lines = [f"bind {LOOPBACK}", f"port {self.port}", f'dir "{data}"', 'save ""']
        lines += ["appendonly yes", f"appendfsync {self._fsync}"]
        if self._secret:
            lines += users.configuration(self._secret, self._fallback)
        config = self.directory / "redis.conf"
        config.touch(0o600)
        config.write_text("\n".join(lines) + "\n")
        program = shutil.which("redis-server")
        if not program:
            raise StartError(
                "There is no redis-server on PATH: run `apt-get install redis-server` as root, "
                "or set REDIS_URI to a server you have."
            )
        return [Program(self.name, [program, str(config)], self.directory)]

    def is_ready(self) -> bool:
        """Whether it answers, its data loaded."""
        try:
            with self.client() as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def empty(self) -> None:
        """Delete every key."""
        with self.client() as client:
            client.flushall()

    def client(self) -> redis.Redis:
        """A client with short time-outs."""
        return redis.Redis.from_url(self.uri, socket_timeout=5, socket_connect_timeout=1)
