"""What the tests share: a connection, a second pair of hands on the broker, a breaker, and logs."""

import logging
from collections.abc import AsyncIterator, Iterator

import aiormq
import pytest
import structlog
from chassis.breaker import CircuitBreaker
from chassis.publisher import Publisher
from chassis.rabbit import RabbitConnection
from chassis_helpers.breaker import Clock
from chassis_helpers.broker import TOPOLOGY, Operator
from chassis_helpers.patience import be_patient
from structlog.contextvars import clear_contextvars


@pytest.fixture(autouse=True)
def _patient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    be_patient(request, monkeypatch)


@pytest.fixture
async def operator(rabbitmq_uri: str) -> AsyncIterator[Operator]:
    """On the scratch virtual host of the shared broker."""
    async with aiormq.connect(rabbitmq_uri) as connection:
        yield Operator(connection)


@pytest.fixture
async def connection(rabbitmq_uri: str) -> AsyncIterator[RabbitConnection]:
    """On the same virtual host."""
    async with RabbitConnection(rabbitmq_uri, name="test", topology=TOPOLOGY) as connection:
        await connection.wait_until_up()
        yield connection


@pytest.fixture
def publisher(connection: RabbitConnection) -> Publisher:
    return Publisher(connection)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> CircuitBreaker:
    """One that gives its calls time: they end when a test says so, also on a loaded machine."""
    return CircuitBreaker("redis", call_timeout=3600, clock=clock)


@pytest.fixture
def quiet() -> Iterator[None]:
    """Nothing is logged."""
    with structlog.testing.capture_logs():
        yield


@pytest.fixture
def unconfigured_logs() -> Iterator[None]:
    """Logging is as it was, once a test that configures it is over."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    clear_contextvars()
