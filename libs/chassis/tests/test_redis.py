"""Redis: which process answers, and how it fails."""

import pytest
from chassis.redis import RedisError, open_redis, run_id_in
from devstack.redis import Redis
from devstack.servers import Server
from devstack.testing import NOBODYS_PORT, eventually


def run_id(server: Server[Redis]) -> str:
    with server.store.client() as client:
        return str(client.info("server")["run_id"])


async def test_it_connects_with_the_first_command_and_knows_the_server_process(
    redis_uri: str,
) -> None:
    async with open_redis(redis_uri) as redis:
        assert redis.run_id == ""
        assert await redis.check() == "up"
        assert redis.run_id == (await redis.commands.info("server"))["run_id"]


async def test_the_process_is_known_before_the_first_question(redis_uri: str) -> None:
    async with open_redis(redis_uri) as redis:
        assert await redis.process() == (await redis.commands.info("server"))["run_id"]


async def test_a_policy_that_evicts_is_named(own_redis: Server[Redis]) -> None:
    async with open_redis(own_redis.uri) as redis:
        assert await redis.eviction() == "off"
        await redis.commands.config_set("maxmemory-policy", "volatile-lru")
        assert await redis.eviction() == "volatile-lru"
        await redis.commands.config_set("maxmemory-policy", "noeviction")


async def test_commands_give_text(redis_uri: str) -> None:
    async with open_redis(redis_uri) as redis:
        await redis.commands.set("key", "ü")
        assert await redis.commands.mget("key", "none") == ["ü", None]


async def test_bytes_that_are_no_text_are_read_as_an_unknown_text(redis_uri: str) -> None:
    async with open_redis(redis_uri) as redis:
        await redis.commands.set("key", b"\xff:1")
        assert await redis.commands.get("key") == "\ufffd:1"


def test_a_server_that_does_not_name_its_process_is_an_error_like_any_other() -> None:
    with pytest.raises(RedisError):
        run_id_in("# Server\r\nredis_version:8.0.0\r\n")


async def test_the_run_id_follows_a_restart(own_redis: Server[Redis]) -> None:
    async with open_redis(own_redis.uri) as redis:
        await redis.commands.set("key", "value")
        before = redis.run_id
        own_redis.kill()
        with pytest.raises(RedisError):
            await redis.check()
        own_redis.start()
        assert await redis.commands.get("key") == "value"
        assert redis.run_id == run_id(own_redis) != before


async def test_a_restart_unnoticed_in_between_is_noticed_at_the_next_answer(
    own_redis: Server[Redis],
) -> None:
    async with open_redis(own_redis.uri) as redis:
        await redis.check()
        own_redis.kill()
        own_redis.start()

        async def answer() -> str:
            try:
                return await redis.check()
            except RedisError:
                return ""

        word: str = await eventually(answer)
        assert word == "up"
        assert redis.run_id == run_id(own_redis)


async def test_a_frozen_redis_is_an_error_and_works_again_afterwards(
    own_redis: Server[Redis],
) -> None:
    async with open_redis(own_redis.uri) as redis:
        await redis.check()
        own_redis.freeze()
        with pytest.raises(RedisError):
            await redis.check()
        own_redis.thaw()
        assert await redis.check() == "up"


async def test_no_server_is_an_error() -> None:
    async with open_redis(f"redis://127.0.0.1:{NOBODYS_PORT}/0") as redis:
        with pytest.raises(RedisError):
            await redis.check()
        assert redis.run_id == ""
