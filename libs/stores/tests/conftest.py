"""A MongoDB of the test's own, and its client."""

from collections.abc import Iterator

import pytest
from devstack.mongo import Mongo
from devstack.servers import Server
from stores.mongo import Client


@pytest.fixture
def client(own_mongo: Server[Mongo]) -> Iterator[Client]:
    with own_mongo.store.client(timeout=None) as client:
        yield client
