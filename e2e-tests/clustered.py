"""A suite whose stores have several members."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from devstack.pytest_suite import running_suite
from devstack.rabbitmq_cluster import Cluster
from devstack.replica_set import ReplicaSet
from devstack.shared import Run
from devstack.suite import Suite


@dataclass(frozen=True)
class Clustered:
    """A suite that knows by URI alone where its stores are, each of three members."""

    suite: Suite
    mongo: ReplicaSet
    rabbitmq: Cluster


@contextmanager
def running_clustered(run: Run) -> Iterator[Clustered]:
    """As long as the body runs; the members end with the run."""
    mongo, rabbitmq = ReplicaSet(run), Cluster(run)
    with ThreadPoolExecutor() as threads:
        for started in [threads.submit(store.start) for store in (mongo, rabbitmq)]:
            started.result()
    uris = {
        f"MONGO_{name}_URI": mongo.database_uri(name.lower())
        for name in ("USER", "TASKS", "ACTIVITY", "GATEWAY")
    }
    with running_suite(run, "clustered", RABBITMQ_URI=rabbitmq.uri, **uris) as suite:
        yield Clustered(suite, mongo, rabbitmq)
