"""What a MongoDB holds, and the steps of a backup or a restore."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from stores.backup import Step
from stores.mongo import DATABASES, Client

quietly: Step = contextlib.nullcontext
Content = dict[str, list[dict[str, Any]]]


def store(client: Client, name: str, *documents: dict[str, Any]) -> None:
    database, _, collection = name.partition(".")
    client[database][collection].insert_many(documents)


def content(client: Client) -> Content:
    """Every document of the services' databases, by collection."""
    return {
        f"{database}.{collection}": list(client[database][collection].find(sort=["_id"]))
        for database in DATABASES.values()
        for collection in client[database].list_collection_names()
    }


def before(name: str, act: Callable[[], object]) -> Step:
    """Does something at the moment at which that step begins."""

    @contextlib.contextmanager
    def step(what: str) -> Iterator[None]:
        if what == name:
            act()
        yield

    return step
