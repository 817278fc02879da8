"""MongoDB's users, on a server of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pymongo
import pytest
from devstack.mongo import Mongo
from devstack.ports import free_port
from devstack.program import StartError
from devstack.servers import Server
from devstack.shared import Run
from devstack.testing import eventually
from pymongo.errors import OperationFailure
from stores.mongo import DATABASES

Client = pymongo.MongoClient[dict[str, object]]


@pytest.fixture(scope="module")
def directory(devstack_run: Run) -> Path:
    return devstack_run.own_directory("mongo-with-users")


@pytest.fixture(scope="module")
def taken_over(devstack_run: Run, directory: Path) -> Iterator[Server[Mongo]]:
    """A server with users, whose data were stored when it had none."""
    port = free_port()
    before = devstack_run.server(Mongo(directory, port))
    before.start()
    with before.store.client() as client:
        client["tasks_service_db"].tasks.insert_one({"title": "from before"})
    before.stop()
    after = devstack_run.server(Mongo(directory, port, secret="one"))
    after.start()
    yield after
    after.stop()


class Uninitiated(Mongo):
    """One whose replica set is not made when it starts."""

    def is_ready(self) -> bool:
        with self.client() as client:
            return bool(client.admin.command("ping"))


async def test_an_initiation_that_was_interrupted_is_made_again(devstack_run: Run) -> None:
    directory, port = devstack_run.own_directory("mongo-interrupted"), free_port()
    server = devstack_run.server(Uninitiated(directory, port))
    server.start()
    with server.store.client() as client:
        # What a command leaves that came to its end too early: it is stored, and not in use.
        members = [{"_id": 0, "host": f"127.0.0.1:{port}"}]
        client.local["system.replset"].insert_one({"_id": "rs0", "version": 1, "members": members})
    await eventually(Mongo(directory, port).is_ready)
    server.stop()


def test_data_from_before_there_were_users_are_still_there(taken_over: Server[Mongo]) -> None:
    with Client(taken_over.store.service_uris["tasks-service"]) as client:
        [task] = client.get_default_database().tasks.find()
    assert task["title"] == "from before"


@pytest.mark.parametrize("service", DATABASES)
def test_a_service_opens_its_own_database_alone(taken_over: Server[Mongo], service: str) -> None:
    with Client(taken_over.store.service_uris[service]) as client:
        own = client.get_default_database()
        assert own.name == DATABASES[service]
        own.things.create_index("name")
        own.things.insert_one({"name": "one"})
        for other in {*DATABASES.values(), "admin"} - {own.name}:
            with pytest.raises(OperationFailure, match="not authorized"):
                client[other].things.find_one()


def test_nobody_gets_in_without_a_password(taken_over: Server[Mongo]) -> None:
    with (
        Client(taken_over.uri) as client,
        pytest.raises(OperationFailure, match="requires authentication"),
    ):
        client["user_service_db"].users.find_one()


def test_a_lost_user_is_made_again(taken_over: Server[Mongo]) -> None:
    with taken_over.store.client() as client:
        client["user_service_db"].command("dropUser", "user-service")
    assert taken_over.store.is_ready()
    with Client(taken_over.store.service_uris["user-service"]) as client:
        client.get_default_database().users.find_one()


async def test_with_the_secret_before_as_the_fallback_all_users_get_new_passwords(
    taken_over: Server[Mongo], directory: Path
) -> None:
    port, before = taken_over.port, taken_over.store
    rotated = Mongo(directory, port, secret="two", fallback="one")
    one_connection = Client(before.service_uris["tasks-service"], maxPoolSize=1)
    with one_connection as signed_in:
        signed_in.get_default_database().things.find_one()
        await eventually(rotated.is_ready)
        for service, uri in rotated.service_uris.items():
            with Client(uri) as client:
                client.get_default_database().things.find_one()
            with (
                Client(before.service_uris[service]) as client,
                pytest.raises(OperationFailure, match="Authentication failed"),
            ):
                client.get_default_database().things.find_one()
        signed_in.get_default_database().things.insert_one({"name": "on an open connection"})
    await eventually(Mongo(directory, port, secret="one", fallback="two").is_ready)
    assert before.is_ready()


def test_another_secret_is_one_sentence_with_the_remedy(
    taken_over: Server[Mongo], directory: Path
) -> None:
    for fallback in ("", "neither"):
        other = Mongo(directory, taken_over.port, secret="another", fallback=fallback)
        with pytest.raises(StartError, match=r"made with another password.*`make clean`"):
            other.is_ready()
