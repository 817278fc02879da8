"""What `make swarm-trial` says of its clients; the trial itself needs a swarm."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from client import User
from retrying import Client, Request
from swarm.seen import answered, last_failure, seen


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """One that has sent nothing yet."""
    async with httpx2.AsyncClient() as http:
        yield Client(User(http))


async def test_what_was_sent_twice_and_what_was_lost_is_told_from_a_moment_on(
    client: Client,
) -> None:
    client.requests += [
        Request("list", 1, 2, ["502", "502"]),
        Request("create", 3, 5, ["201"]),
        Request("create", 5, 9, ["502", "201"]),
        Request("login", 9, 10, ["ReadTimeout", "503"]),
    ]
    assert seen([client], since=2.5) == (
        "3 requests, 2 sent twice {'create 502': 1, 'login ReadTimeout': 1}, "
        "1 lost {'login ReadTimeout, 503': 1}, the slowest took 4.0 s"
    )
    assert answered([client], since=2.5) == "2 create 201, 1 login 503, the slowest took 4.0 s"
    assert last_failure([client], 2.5) == 10


async def test_a_moment_without_requests_and_without_failures_can_be_told(client: Client) -> None:
    client.requests.append(Request("create", 3, 5, ["201"]))
    assert seen([client], since=6).startswith("0 requests, 0 sent twice , 0 lost ")
    assert last_failure([client], 2.5) == 2.5


async def test_clients_are_served_again_once_a_create_of_after_the_moment_is_acknowledged(
    client: Client,
) -> None:
    client.requests += [
        Request("create", 3, 5, ["201"]),  # sent before
        Request("list", 4, 5, ["200"]),
        Request("create", 5, 6, ["503", "503"]),
    ]
    assert not client.created_since(4)
    client.requests.append(Request("create", 6, 7, ["503", "201"]))
    assert client.created_since(4)
