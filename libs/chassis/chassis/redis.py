"""Redis: a client with short time-outs and no hidden retries, that knows which process answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio import BlockingConnectionPool, Connection, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from chassis.redis_sentinel import SentinelPool, is_by_sentinel, sentinel_pool

__all__ = ["RedisClient", "RedisError", "open_redis", "run_id_in"]

TIMEOUT = 1.0  # seconds to connect, and for each answer
MAX_CONNECTIONS = 64


class RedisClient:
    """`commands` is redis-py's client. `run_id` names the server process of the newest connection.

    A restarted server is another process, whatever it has loaded from disk: since a connection
    cannot outlive its server, an answer always comes from the process that `run_id` names. For the
    same reason all connections are given up when a new one is to another process: after a failover
    the former primary may still answer.
    """

    def __init__(self, uri: str) -> None:
        self.run_id = ""
        options: dict[str, Any] = {
            "decode_responses": True,
            "encoding_errors": "replace",  # another program's value is an unknown text, not an error
            "max_connections": MAX_CONNECTIONS,
            "timeout": TIMEOUT,
            "socket_timeout": TIMEOUT,
            "socket_connect_timeout": TIMEOUT,
            "retry": Retry(NoBackoff(), 0),
            "redis_connect_func": self._on_connect,
        }
        self._pool: BlockingConnectionPool
        if is_by_sentinel(uri):
            self._pool = sentinel_pool(uri, **options)
        else:
            self._pool = BlockingConnectionPool.from_url(uri, **options)
        self.commands: Redis = Redis.from_pool(self._pool)

    async def close(self) -> None:
        """Give up all connections."""
        await self.commands.aclose()
        if isinstance(self._pool, SentinelPool):
            await self._pool.sentinel_manager.aclose()

    async def check(self) -> str:
        """For `/ready`: "up" when it answers."""
        await self.commands.ping()
        return "up"

    async def process(self) -> str:
        """The `run_id` of the process that answers; connects first if nothing has been asked yet."""
        if not self.run_id:
            await self.commands.ping()
        return self.run_id

    async def eviction(self) -> str:
        """For `/ready`: "off", or the policy by which Redis drops keys when its memory is full.

        "unknown" where INFO does not say. Raises RedisError, OSError.
        """
        memory = await self.commands.info("memory")
        policy = str(memory.get("maxmemory_policy", "unknown"))
        return "off" if policy == "noeviction" else policy

    async def _on_connect(self, connection: Connection) -> None:
        await connection.on_connect()
        await connection.send_command("INFO", "server")
        found = run_id_in(str(await connection.read_response()))
        before, self.run_id = self.run_id, found
        if before not in ("", found):
            await self._pool.disconnect(inuse_connections=False)
            await self._pool.update_active_connections_for_reconnect()  # type: ignore[no-untyped-call]


def run_id_in(info: str) -> str:
    """The name of the process in an answer to INFO. Raises RedisError for an answer without one."""
    fields = dict(line.split(":", 1) for line in info.splitlines() if ":" in line)
    if "run_id" not in fields:
        raise RedisError("INFO names no run_id")
    return fields["run_id"]


@asynccontextmanager
async def open_redis(uri: str) -> AsyncIterator[RedisClient]:
    """A client that connects at its first command, and anew after every loss."""
    client = RedisClient(uri)
    try:
        yield client
    finally:
        await client.close()
