"""The fixtures for tests against real servers.

The shared MongoDB and RabbitMQ start with the first test that wants them, once for all workers
of pytest-xdist, and end with the run. Tests that use a server carry the marker `servers`.
"""

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

from devstack.mongo import Mongo
from devstack.ports import free_port
from devstack.rabbitmq import RabbitMQ
from devstack.redis import Redis
from devstack.servers import Server
from devstack.shared import PASSWORD, Run
from devstack.stores import Store
from devstack.suite import ROOT, Suite

S = TypeVar("S", bound=Store)

_LONG = 40
_SUITE_FIXTURES = {"suite", "gateway_url", "page_url"}

_RUN = pytest.StashKey[Run]()
_IS_CONTROLLER = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin or join the run."""
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


@pytest.hookimpl(tryfirst=True)  # pytest-xdist reads the marks in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker runs all tests of the suite, so that it is started once (`--dist loadgroup`)."""
    for item in items:
        uses_suite = _SUITE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
        if uses_suite and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group("suite"))


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
    with _worker_redis.client() as client:
        client.flushall()


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


@pytest.fixture
def own_mongo(devstack_run: Run) -> Iterator[Server[Mongo]]:
    """A MongoDB of the test's own, to stop, kill, freeze and wipe."""
    store = Mongo(devstack_run.own_directory("mongo"), free_port())
    with _running(store, devstack_run) as server:
        yield server


@pytest.fixture
def own_redis(devstack_run: Run) -> Iterator[Server[Redis]]:
    """A Redis of the test's own, which loses nothing when it is killed."""
    store = Redis(devstack_run.own_directory("redis"), free_port(), fsync="always")
    with _running(store, devstack_run) as server:
        yield server


@pytest.fixture
def own_rabbitmq(devstack_run: Run) -> Iterator[Server[RabbitMQ]]:
    """A RabbitMQ of the test's own, to stop, kill, freeze and wipe."""
    directory = devstack_run.own_directory("rabbitmq")
    store = RabbitMQ(directory, RabbitMQ.free_ports(), password=PASSWORD)
    with _running(store, devstack_run) as server:
        yield server


@pytest.fixture(scope="session")
def suite(devstack_run: Run) -> Iterator[Suite]:
    """The four services and their stores, without the page, for all tests that want a suite."""
    with _suite_up(devstack_run) as suite:
        yield suite


@pytest.fixture
def start_suite(devstack_run: Run) -> Iterator[Callable[..., Suite]]:
    """Starts a suite of the test's own, with the given settings: `start_suite(BCRYPT_ROUNDS="5")`."""
    with contextlib.ExitStack() as suites:
        yield lambda **settings: suites.enter_context(_suite_up(devstack_run, **settings))


@contextlib.contextmanager
def _suite_up(run: Run, **settings: str) -> Iterator[Suite]:
    page_port = str(free_port())
    usual = {
        "ENVIRONMENT": "test",
        "BCRYPT_ROUNDS": "4",
        "GATEWAY_PORT": str(free_port()),
        "PAGE_PORT": page_port,
        "CORS_ORIGINS": f"http://localhost:3000,http://localhost:{page_port}",
    }
    suite = Suite(ROOT, run.own_directory("suite"), usual | settings, owner=run.owner)
    try:
        suite.up()
        yield suite
    finally:
        suite.end()


@pytest.fixture(scope="session")
def gateway_url(request: pytest.FixtureRequest) -> str:
    """The gateway to test: the one that BASE names, else the suite's."""
    given = os.environ.get("BASE", "")
    if given:
        return given.rstrip("/")
    suite: Suite = request.getfixturevalue("suite")
    return suite.gateway_url


@pytest.fixture(scope="session")
def page_url(request: pytest.FixtureRequest) -> str:
    """The page to test: the one that PAGE_BASE names, else the suite's, which is built for it."""
    given = os.environ.get("PAGE_BASE", "")
    if given:
        return given.rstrip("/")
    suite: Suite = request.getfixturevalue("suite")
    suite.up(with_page=True)
    return suite.page_url
