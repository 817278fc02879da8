"""Redis as a primary and a replica, with three sentinels that watch them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Final, TypeVar

import redis

from devstack.ports import LOOPBACK, free_port
from devstack.program import Program
from devstack.redis import Redis
from devstack.servers import Server
from devstack.shared import Run
from devstack.testing import eventually

S = TypeVar("S", bound=Redis)

SERVICE: Final = "mymaster"
DOWN_AFTER: Final = 500  # milliseconds of silence


class Replica(Redis):
    """Of the server at that port, until a sentinel says otherwise."""

    def __init__(self, directory: Path, port: int, *, primary: int, secret: str = "") -> None:
        super().__init__(directory, port, secret=secret)
        self._primary = primary

    def programs(self) -> Sequence[Program]:
        """One redis-server."""
        programs = super().programs()
        with (self.directory / "redis.conf").open("a") as configuration:
            configuration.write(
                f"replicaof {LOOPBACK} {self._primary}\nrepl-diskless-sync-delay 0\n"
            )
        return programs

    def is_ready(self) -> bool:
        """Whether it has all that the primary has."""
        with self.client() as client:
            try:
                return bool(client.info("replication").get("master_link_status") == "up")
            except redis.RedisError:
                return False


class SentinelServer(Redis):
    """One that watches the server at that port; two must agree that it is gone."""

    def __init__(self, directory: Path, port: int, *, primary: int) -> None:
        super().__init__(directory, port)
        self._primary = primary

    def programs(self) -> Sequence[Program]:
        """A redis-server as a sentinel, which writes its file itself."""
        [program] = super().programs()
        lines = [f"bind {LOOPBACK}", f"port {self.port}", f'dir "{self.directory}"']
        lines += [f"sentinel monitor {SERVICE} {LOOPBACK} {self._primary} 2"]
        lines += [f"sentinel down-after-milliseconds {SERVICE} {DOWN_AFTER}"]
        lines += [f"sentinel failover-timeout {SERVICE} 3000"]
        (self.directory / "redis.conf").write_text("\n".join(lines) + "\n")
        return [Program(self.name, [*program.argv, "--sentinel"], self.directory)]

    def knows_all(self) -> bool:
        """The two others, and the replica."""
        with self.client() as client:
            try:
                state = client.sentinel_master(SERVICE)
            except redis.RedisError:
                return False
            return bool(state["num-other-sentinels"] == 2 and state["num-slaves"] == 1)


class Watched:
    """All five."""

    def __init__(self, primary: Server[Redis], replica: Server[Replica], ports: list[int]) -> None:
        self.primary = primary
        self.replica = replica
        self.hosts = ",".join(f"{LOOPBACK}:{port}" for port in ports)

    @property
    def uri(self) -> str:
        return f"redis+sentinel://{self.hosts}/{SERVICE}/0"


@asynccontextmanager
async def watched_redis(run: Run) -> AsyncIterator[Watched]:
    """Started, and at the end killed."""
    with ExitStack() as stack:

        def started(store: S) -> Server[S]:
            server = run.server(store)
            server.start()
            stack.callback(server.stop)
            return server

        primary = started(Redis(run.own_directory("redis"), free_port()))
        replica = started(Replica(run.own_directory("redis"), free_port(), primary=primary.port))
        sentinels = [
            started(SentinelServer(run.own_directory("redis"), free_port(), primary=primary.port))
            for _ in range(3)
        ]
        for sentinel in sentinels:
            await eventually(sentinel.store.knows_all)
        yield Watched(primary, replica, [sentinel.port for sentinel in sentinels])
