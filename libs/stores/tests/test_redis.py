"""Redis's users, on a server of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from contracts.blacklist import READY_KEY, blacklist_key
from devstack.ports import free_port
from devstack.redis import Redis
from devstack.servers import Server
from devstack.shared import Run
from redis.exceptions import NoPermissionError

KEY = blacklist_key("from before")


@pytest.fixture(scope="module")
def taken_over(devstack_run: Run) -> Iterator[Server[Redis]]:
    """A server with users, whose data were stored when it had none."""
    directory, port = devstack_run.own_directory("redis-with-users"), free_port()
    before = devstack_run.server(Redis(directory, port, fsync="always"))
    before.start()
    with before.store.client() as client:
        client.set(KEY, "1")
    before.stop()
    after = devstack_run.server(Redis(directory, port, secret="one"))
    after.start()
    yield after
    after.stop()


def client_of(server: Server[Redis], service: str) -> redis.Redis:
    return redis.Redis.from_url(server.store.service_uris[service], decode_responses=True)


def test_the_gateway_reads_the_blacklist_and_does_nothing_else(taken_over: Server[Redis]) -> None:
    with client_of(taken_over, "api-gateway") as gateway:
        assert gateway.mget(KEY, READY_KEY) == ["1", None]
        assert gateway.info("server")["run_id"]
        assert gateway.ping()
        for refused in (
            lambda: gateway.set(KEY, "2"),
            lambda: gateway.delete(KEY),
            lambda: gateway.mget("another"),
            gateway.flushall,
            lambda: gateway.config_get("*"),
        ):
            with pytest.raises(NoPermissionError):
                refused()


def test_user_service_writes_the_blacklist_and_does_nothing_else(
    taken_over: Server[Redis],
) -> None:
    with client_of(taken_over, "user-service") as users:
        assert users.set(READY_KEY, "mark", ex=60)
        script = "return redis.call('SET', KEYS[1], ARGV[1])"
        assert users.eval(script, 1, READY_KEY, "mark")
        assert users.get(READY_KEY) == "mark"
        for refused in (
            lambda: users.set("another", "1"),
            lambda: users.eval(script, 1, "another", "1"),
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


def test_no_password_stands_in_the_configuration(taken_over: Server[Redis]) -> None:
    configuration = (Path(taken_over.store.directory) / "redis.conf").read_text()
    for uri in taken_over.store.service_uris.values():
        password = uri.split(":")[2].partition("@")[0]
        assert len(password) == 64
        assert password not in configuration
