"""The fixtures for tests against real servers.

The shared MongoDB and RabbitMQ start with the first test that wants them, once for all workers
of pytest-xdist, and end with the run. Tests that use a server carry the marker `servers`.
"""

import contextlib
import secrets
from collections.abc import Iterator
from typing import TypeVar

import pytest
from hypothesis import settings

from devstack.mongo import Mongo
from devstack.ports import free_port
from devstack.rabbitmq import RabbitMQ
from devstack.redis import Redis
from devstack.servers import Server
from devstack.shared import PASSWORD, Run
from devstack.stores import Store

pytest_plugins = ["devstack.pytest_suite"]

S = TypeVar("S", bound=Store)

_LONG = 40

_RUN = pytest.StashKey[Run]()
_IS_CONTROLLER = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin or join the run."""
    # What a machine under load takes long for is no fault.
    settings.register_profile("untimed", deadline=None)
    settings.load_profile("untimed")
    config.addinivalue_line("markers", "servers: uses real servers (set by the fixtures)")
    is_controller = not hasattr(config, "workerinput")
    config.stash[_IS_CONTROLLER] = is_controller
    config.stash[_RUN] = Run.begin() if is_controller else Run.join()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the run."""
    if config.stash.get(_IS_CONTROLLER, False):
        config.stash[_RUN].end()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what needs servers, so that `-m "not servers"` leaves it out."""
    if "devstack_run" in getattr(item, "fixturenames", ()):
        item.add_marker("servers")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a long value by its beginning: a name of 100,000 letters helps nobody."""
    if isinstance(val, str | bytes) and len(val) > _LONG:
        return f"{val[:_LONG]!a}...{len(val)}"
    return None


@pytest.fixture(scope="session")
def devstack_run(pytestconfig: pytest.Config) -> Run:
    """The run that this worker takes part in."""
    return pytestconfig.stash[_RUN]


@pytest.fixture(scope="session")
def _shared_mongo(devstack_run: Run) -> Mongo:
    return devstack_run.mongo()


@pytest.fixture(scope="session")
def _shared_rabbitmq(devstack_run: Run) -> RabbitMQ:
    return devstack_run.rabbitmq()


@pytest.fixture(scope="session")
def _worker_redis(devstack_run: Run) -> Iterator[Redis]:
    store = Redis(devstack_run.own_directory("redis"), free_port(), fsync="no")
    with _running(store, devstack_run):
        yield store


@pytest.fixture
def mongo_uri(_shared_mongo: Mongo) -> Iterator[str]:
    """The URI of a scratch database."""
    database = f"test_{secrets.token_hex(6)}"
    yield _shared_mongo.database_uri(database)
    with _shared_mongo.client() as client:
        client.drop_database(database)


@pytest.fixture
def redis_uri(_worker_redis: Redis) -> Iterator[str]:
    """The URI of an empty Redis."""
    yield _worker_redis.uri
    _worker_redis.empty()


@pytest.fixture
def rabbitmq_uri(_shared_rabbitmq: RabbitMQ) -> Iterator[str]:
    """The URI of an empty virtual host."""
    vhost = f"test_{secrets.token_hex(6)}"
    _shared_rabbitmq.create_vhost(vhost)
    yield _shared_rabbitmq.vhost_uri(vhost)
    _shared_rabbitmq.delete_vhost(vhost)


@contextlib.contextmanager
def _running(store: S, run: Run) -> Iterator[Server[S]]:
    server = Server(store, run.owner)
    try:
        server.start()
        yield server
    finally:
        server.kill()


@pytest.fixture(scope="session")
def _victim_mongo(devstack_run: Run) -> Iterator[Server[Mongo]]:
    store = Mongo(devstack_run.own_directory("mongo"), free_port())
    with _running(store, devstack_run) as server:
        yield server


@pytest.fixture(scope="session")
def _victim_redis(devstack_run: Run) -> Iterator[Server[Redis]]:
    store = Redis(devstack_run.own_directory("redis"), free_port(), fsync="always")
    with _running(store, devstack_run) as server:
        yield server


@pytest.fixture(scope="session")
def _victim_rabbitmq(devstack_run: Run) -> Iterator[Server[RabbitMQ]]:
    directory = devstack_run.own_directory("rabbitmq")
    store = RabbitMQ(directory, RabbitMQ.free_ports(), password=PASSWORD)
    with _running(store, devstack_run) as server:
        yield server


@pytest.fixture
def own_mongo(_victim_mongo: Server[Mongo]) -> Iterator[Server[Mongo]]:
    """An empty MongoDB of the test's own, to stop, kill, freeze and wipe."""
    yield _victim_mongo
    _victim_mongo.renew()


@pytest.fixture
def own_redis(_victim_redis: Server[Redis]) -> Iterator[Server[Redis]]:
    """An empty Redis of the test's own, which loses nothing when it is killed."""
    yield _victim_redis
    _victim_redis.renew()


@pytest.fixture
def own_rabbitmq(_victim_rabbitmq: Server[RabbitMQ]) -> Iterator[Server[RabbitMQ]]:
    """An empty RabbitMQ of the test's own, to stop, kill, freeze and wipe."""
    yield _victim_rabbitmq
    _victim_rabbitmq.renew()
