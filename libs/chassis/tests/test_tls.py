"""The stores by TLS: an authority of one's own is believed, and no other; the fault says what to do."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
import structlog
from chassis import certificates
from chassis import mongo as mongo_client
from chassis.certificates import NOT_TRUSTED
from chassis.health import Check, Checks
from chassis.mongo import check_mongo, open_mongo
from chassis.mongo_errors import is_unavailable
from chassis.rabbit import RabbitConnection
from chassis.redis import open_redis
from chassis_helpers.http import client_of
from chassis_helpers.names import name_server
from chassis_helpers.tls import NAME, Certificates, TlsMongo, TlsRabbitMQ, TlsRedis
from devstack.ports import LOOPBACK, free_port
from devstack.shared import PASSWORD, Run
from devstack.testing import eventually
from dns import asyncresolver
from dns.rdatatype import RdataType
from pymongo import pool_shared
from pymongo.asynchronous.helpers import _getaddrinfo
from pymongo.errors import PyMongoError

STORES = ("redis", "mongo", "rabbitmq")

pytestmark = pytest.mark.xdist_group("tls")


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Those of the servers."""
    return Certificates(tmp_path_factory.mktemp("issued"))


def running(run: Run, store: TlsRedis | TlsMongo | TlsRabbitMQ) -> Iterator[str]:
    """The URI of a client, as long as it is not asked for more."""
    server = run.server(store)
    server.start()
    yield store.client_uri
    server.kill()


@pytest.fixture(scope="module")
def redis(devstack_run: Run, issued: Certificates) -> Iterator[str]:
    directory = devstack_run.own_directory("redis")
    yield from running(devstack_run, TlsRedis(directory, free_port(), issued))


@pytest.fixture(scope="module")
def mongo(devstack_run: Run, issued: Certificates) -> Iterator[str]:
    directory = devstack_run.own_directory("mongo")
    yield from running(devstack_run, TlsMongo(directory, free_port(), issued))


@pytest.fixture(scope="module")
def rabbitmq(devstack_run: Run, issued: Certificates) -> Iterator[str]:
    ports = [free_port() for _ in range(4)]
    directory = devstack_run.own_directory("rabbitmq")
    yield from running(devstack_run, TlsRabbitMQ(directory, ports, PASSWORD, issued))


@asynccontextmanager
async def check_of(store: str, uri: str) -> AsyncIterator[Check]:
    """What `/ready` asks of that store."""
    if store == "redis":
        async with open_redis(uri) as client:
            yield client.check
    elif store == "mongo":
        async with open_mongo(uri, {}) as database:
            yield partial(check_mongo, database)
    else:
        async with RabbitConnection(uri, name="test") as connection:
            yield connection.check


async def becomes(store: str, uri: str, status: int, word: str) -> None:
    async with (
        check_of(store, uri) as check,
        client_of(checks=Checks({store: check})) as client,
    ):

        async def is_said() -> bool:
            ready = await client.get("/ready")
            return (ready.status_code, ready.json()["checks"][store]) == (status, word)

        await eventually(is_said)


@pytest.mark.parametrize("store", STORES)
async def test_an_authority_of_ones_own_is_believed(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    issued: Certificates,
    store: str,
) -> None:
    uri = request.getfixturevalue(store)
    monkeypatch.setenv("SSL_CERT_FILE", str(issued.authority))
    await becomes(store, uri, 200, "up")


@pytest.mark.parametrize("store", STORES)
async def test_another_authority_is_not_and_one_line_says_what_to_do(
    *,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
    caplog: pytest.LogCaptureFixture,
    store: str,
) -> None:
    uri = request.getfixturevalue(store)
    others = Certificates(tmp_path_factory.mktemp("others"))
    monkeypatch.setenv("SSL_CERT_FILE", str(others.authority))
    monkeypatch.setattr(certificates, "_reported", {})
    monkeypatch.setattr(mongo_client, "CHECK_TIMEOUT", 1.0)  # it tries again for as long
    with structlog.testing.capture_logs() as lines:
        for _ in range(2):
            await becomes(store, uri, 503, NOT_TRUSTED)
    [line] = [line for line in lines if NOT_TRUSTED in line["event"]]
    assert "SSL_CERT_FILE" in line["event"]
    assert (line["log_level"], line["store"]) == ("error", store)
    assert str(urlsplit(uri).password or uri) not in f"{lines}{caplog.text}"


@pytest.mark.parametrize("store", STORES)
async def test_a_certificate_for_another_name_is_not_believed(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    issued: Certificates,
    store: str,
) -> None:
    uri = request.getfixturevalue(store)
    monkeypatch.setenv("SSL_CERT_FILE", str(issued.authority))
    monkeypatch.setattr(mongo_client, "CHECK_TIMEOUT", 1.0)  # it tries again for as long
    await becomes(store, uri.replace(LOOPBACK, "localhost"), 503, NOT_TRUSTED)


SRV = "_mongodb._tcp.cluster.task-hunter.test."


async def test_mongodb_is_found_by_its_srv_record_and_asked_by_tls(
    *, mongo: str, issued: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(issued.authority))
    parts = urlsplit(mongo)
    record = f"0 0 {parts.port} {NAME}."

    async def address_of(host: str, port: int, **options: Any) -> object:  # noqa: ANN401 — its own
        return await _getaddrinfo(LOOPBACK if host == NAME else host, port, **options)

    monkeypatch.setattr(pool_shared, "_getaddrinfo", address_of)  # there are no records of hosts
    async with name_server({(SRV, RdataType.SRV): record}) as resolver:
        monkeypatch.setattr(asyncresolver, "default_resolver", resolver)
        query = parts.query.replace("tls=true&", "")  # SRV means TLS
        await becomes("mongo", f"mongodb+srv://cluster.task-hunter.test/test?{query}", 200, "up")


async def test_a_name_that_cannot_be_looked_up_is_a_database_that_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with name_server({}) as resolver:
        monkeypatch.setattr(asyncresolver, "default_resolver", resolver)
        async with open_mongo("mongodb+srv://cluster.task-hunter.test/test", {}) as database:
            with pytest.raises(PyMongoError) as fault:
                await check_mongo(database)
            assert is_unavailable(fault.value)
