"""Redis by Sentinel: where the primary is, and that only its process answers."""

import asyncio
from urllib.parse import urlsplit

import pytest
from chassis.redis import RedisClient, RedisError, open_redis
from devstack.ports import LOOPBACK
from devstack.redis import Redis
from devstack.sentinels import SERVICE, watched_redis
from devstack.servers import Server
from devstack.shared import Run
from devstack.testing import NOBODYS_PORT, eventually
from redis.asyncio.sentinel import Sentinel


def run_id(store: Redis) -> str:
    with store.client() as client:
        return str(client.info("server")["run_id"])


async def test_when_the_primary_is_killed_the_promoted_replica_answers(devstack_run: Run) -> None:
    async with watched_redis(devstack_run) as watched:
        one_is_gone = watched.uri.replace("://", f"://{LOOPBACK}:{NOBODYS_PORT},")
        async with open_redis(one_is_gone) as redis:
            await redis.commands.set("key", "before")
            assert redis.run_id == run_id(watched.primary.store)
            await redis.commands.wait(1, 0)
            watched.primary.kill()

            async def is_written() -> bool:
                try:
                    return bool(await redis.commands.set("after", "value"))
                except RedisError:
                    return False

            await eventually(is_written)
            assert redis.run_id == run_id(watched.replica.store)
            assert await redis.commands.get("key") == "before"
            unknown = watched.uri.replace(SERVICE, "another")
            async with open_redis(unknown) as nowhere:
                with pytest.raises(RedisError):
                    await nowhere.check()


async def test_without_any_sentinel_there_is_no_redis() -> None:
    async with open_redis(f"redis+sentinel://{LOOPBACK}:{NOBODYS_PORT}/{SERVICE}") as redis:
        with pytest.raises(RedisError):
            await redis.check()


async def test_as_soon_as_another_process_answers_none_of_the_former_does(
    redis_uri: str, own_redis: Server[Redis], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The former primary still lives, as in a failover that somebody asked for."""
    primary = urlsplit(redis_uri).port

    async def discover(_sentinel: Sentinel, _service: str) -> tuple[str, int | None]:
        return LOOPBACK, primary

    monkeypatch.setattr(Sentinel, "discover_master", discover)
    async with open_redis(f"redis+sentinel://{LOOPBACK}:{NOBODYS_PORT}/{SERVICE}") as redis:
        former = await who_answers(redis, 4)
        primary = own_redis.port
        answered = await who_answers(redis, 5)  # one more connection is needed
        assert answered > former
        assert await who_answers(redis, 8) == {run_id(own_redis.store)} == {redis.run_id}


async def who_answers(redis: RedisClient, at_once: int) -> set[str]:
    answers = await asyncio.gather(*(redis.commands.info("server") for _ in range(at_once)))
    return {str(answer["run_id"]) for answer in answers}
