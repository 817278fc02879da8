"""Redis's users, on a server of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from api_gateway.blacklist import Blacklist as GatewaysBlacklist
from api_gateway.blacklist import Verdict
from api_gateway.quota_counts import Count, LocalCounters
from api_gateway.quota_limits import Limits, Policy
from api_gateway.quota_script import QuotaScript
from chassis.breaker import CircuitBreaker
from chassis.redis import open_redis
from contracts.blacklist import KEY
from devstack.ports import free_port
from devstack.redis import Redis
from devstack.servers import Server
from devstack.shared import Run
from redis.exceptions import NoPermissionError
from user_service.blacklist import Blacklist


@pytest.fixture(scope="module")
def taken_over(devstack_run: Run) -> Iterator[Server[Redis]]:
    """A server with users, whose data were stored when it had none."""
    directory, port = devstack_run.own_directory("redis-with-users"), free_port()
    before = devstack_run.server(Redis(directory, port, fsync="always"))
    before.start()
    with before.store.client() as client:
        client.zadd(KEY, {"from before": 2e12})
    before.stop()
    after = devstack_run.server(Redis(directory, port, secret="one"))
    after.start()
    yield after
    after.stop()


def client_of(server: Server[Redis], service: str) -> redis.Redis:
    return redis.Redis.from_url(server.store.service_uris[service], decode_responses=True)


async def test_user_service_projects_revocations_and_the_gateway_reads_them(
    taken_over: Server[Redis],
) -> None:
    uris = taken_over.store.service_uris
    async with open_redis(uris["user-service"]) as users, open_redis(uris["api-gateway"]) as ours:
        written = Blacklist(users, access_token_ttl=900)
        renewal = await written.begin_renewal()
        await written.add([("revoked", renewal.started)])
        await written.finish(renewal)
        assert await written.eviction() == "off"
        assert (await users.check(), await ours.check()) == ("up", "up")
        read = GatewaysBlacklist(ours, CircuitBreaker("redis"))
        assert await read.look_up("revoked") is Verdict.REVOKED
        assert await read.look_up("from before") is Verdict.REVOKED
        assert await read.look_up("another") is Verdict.CLEAR


async def test_the_gateway_counts_requests_beside_the_blacklist(taken_over: Server[Redis]) -> None:
    limits = Limits([Policy("one", 3, 60)])
    async with open_redis(taken_over.store.service_uris["api-gateway"]) as ours:
        for remaining in (2, 1):
            count = Count("somebody", limits, LocalCounters())
            scores = await QuotaScript(ours).count("no mark", [("from before", count), ("", count)])
            assert scores == [None, 2e12, None]
            assert [left.remaining for left in count.left()] == [remaining]


def test_the_gateway_does_nothing_else(taken_over: Server[Redis]) -> None:
    with client_of(taken_over, "api-gateway") as gateway:
        for refused in (
            lambda: gateway.zrem(KEY, "from before"),
            lambda: gateway.delete(KEY),
            lambda: gateway.set(KEY, "nothing"),
            lambda: gateway.set("another", "value"),
            lambda: gateway.eval("return redis.call('SET', KEYS[1], '')", 1, KEY),
            lambda: gateway.zmscore("another", ["member"]),
            gateway.flushall,
            lambda: gateway.config_get("*"),
        ):
            with pytest.raises(NoPermissionError):
                refused()


def test_user_service_does_nothing_else(taken_over: Server[Redis]) -> None:
    with client_of(taken_over, "user-service") as users:
        for refused in (
            lambda: users.zadd("another", {"member": 1}),
            lambda: users.eval("return redis.call('ZREM', KEYS[1], 'member')", 1, "another"),
            lambda: users.eval("return redis.call('KEYS', '*')", 0),
            users.flushall,
            users.acl_list,
        ):
            with pytest.raises(redis.ResponseError):
                refused()


def test_without_a_password_there_is_an_answer_to_a_ping_alone(taken_over: Server[Redis]) -> None:
    with redis.Redis(port=taken_over.port) as anyone:
        assert anyone.ping()
        with pytest.raises(NoPermissionError):
            anyone.get(KEY)


def test_while_a_secret_is_rotated_each_user_has_two_passwords(devstack_run: Run) -> None:
    directory, port = devstack_run.own_directory("redis-rotated"), free_port()
    old = Redis(directory, port, secret="old")
    rotated = devstack_run.server(Redis(directory, port, secret="new", fallback="old"))
    rotated.start()
    for uri in (*rotated.store.service_uris.values(), *old.service_uris.values()):
        with redis.Redis.from_url(uri) as client:
            assert client.ping()
    rotated.stop()
    after = devstack_run.server(Redis(directory, port, secret="new"))
    after.start()
    with (
        redis.Redis.from_url(old.service_uris["user-service"]) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()
    assert after.store.is_ready()
    after.stop()


def test_no_password_stands_in_the_configuration(taken_over: Server[Redis]) -> None:
    configuration = (Path(taken_over.store.directory) / "redis.conf").read_text()
    for uri in taken_over.store.service_uris.values():
        password = uri.split(":")[2].partition("@")[0]
        assert len(password) == 64
        assert password not in configuration
