"""The fixtures for tests against real servers.

The shared MongoDB and RabbitMQ start with the first test that wants them, once for all workers
of pytest-xdist, and end with the run. Tests that use a server carry the marker `servers`.
"""

import secrets
from collections.abc import Iterator
from typing import TypeVar

import pytest
import structlog
from hypothesis import settings
from stores.mongo import Client

from devstack.mongo import Mongo
from devstack.ports import free_port
from devstack.rabbitmq import RabbitMQ
from devstack.redis import Redis
from devstack.servers import Server, Store
from devstack.shared import PASSWORD, Run
from devstack.testing import examples

pytest_plugins = ["devstack.pytest_suite"]

S = TypeVar("S", bound=Store)

_LONGEST_NAME = 40
_RUN = pytest.StashKey[Run]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin the run, or join it as one of its workers."""
    # A traceback with the values of all local variables takes seconds to write, or minutes.
    structlog.dev.ConsoleRenderer.get_active().exception_formatter = structlog.dev.plain_traceback
    # What a machine under load takes long for is no fault.
    settings.register_profile(
        "devstack",
        deadline=None,
        max_examples=examples(100, 5000),
        # The same examples in each run of `make test`: the long one looks for new ones.
        derandomize=bool(examples(True, False)),
    )
    settings.load_profile("devstack")
    config.addinivalue_line("markers", "servers: uses real servers (set by the fixtures)")
    config.stash[_RUN] = Run.join() if _is_worker(config) else Run.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the run."""
    run = config.stash.get(_RUN, None)
    if run and not _is_worker(config):
        run.end()


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what needs servers, so that `-m "not servers"` leaves it out."""
    if "devstack_run" in getattr(item, "fixturenames", ()):
        item.add_marker("servers")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a long value by its beginning: a name of 100,000 letters helps nobody."""
    if isinstance(val, str | bytes) and len(val) > _LONGEST_NAME:
        return f"{val[:_LONGEST_NAME]!a}...{len(val)}"
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
def _worker_redis(devstack_run: Run) -> Redis:
    return _started(devstack_run, _redis(devstack_run, fsync="no")).store


@pytest.fixture(scope="session")
def _shared_mongo_client(_shared_mongo: Mongo) -> Iterator[Client]:
    with _shared_mongo.client() as client:
        yield client


@pytest.fixture
def mongo_uri(_shared_mongo: Mongo, _shared_mongo_client: Client) -> Iterator[str]:
    """The URI of a scratch database."""
    database = f"test_{secrets.token_hex(6)}"
    yield _shared_mongo.database_uri(database)
    _shared_mongo_client.drop_database(database)


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


def _redis(run: Run, *, fsync: str) -> Redis:
    return Redis(run.own_directory("redis"), free_port(), fsync=fsync)


def _started(run: Run, store: S) -> Server[S]:
    server = run.server(store)
    server.start()
    return server


@pytest.fixture(scope="session")
def _mongo_to_hurt(devstack_run: Run) -> Server[Mongo]:
    directory = devstack_run.own_directory("mongo")
    return _started(devstack_run, Mongo(directory, free_port(), fail_points=True))


@pytest.fixture(scope="session")
def _redis_to_hurt(devstack_run: Run) -> Server[Redis]:
    return _started(devstack_run, _redis(devstack_run, fsync="always"))


@pytest.fixture(scope="session")
def _rabbitmq_to_hurt(devstack_run: Run) -> Server[RabbitMQ]:
    ports = [free_port() for _ in range(4)]
    directory = devstack_run.own_directory("rabbitmq")
    return _started(devstack_run, RabbitMQ(directory, ports, secret=PASSWORD))


@pytest.fixture
def own_mongo(_mongo_to_hurt: Server[Mongo]) -> Iterator[Server[Mongo]]:
    """An empty MongoDB of the test's own, to stop, kill, freeze and wipe."""
    yield _mongo_to_hurt
    _mongo_to_hurt.renew()


@pytest.fixture
def own_redis(_redis_to_hurt: Server[Redis]) -> Iterator[Server[Redis]]:
    """An empty Redis of the test's own, which loses nothing when it is killed."""
    yield _redis_to_hurt
    _redis_to_hurt.renew()


@pytest.fixture
def own_rabbitmq(_rabbitmq_to_hurt: Server[RabbitMQ]) -> Iterator[Server[RabbitMQ]]:
    """An empty RabbitMQ of the test's own, to stop, kill, freeze and wipe."""
    yield _rabbitmq_to_hurt
    _rabbitmq_to_hurt.renew()
