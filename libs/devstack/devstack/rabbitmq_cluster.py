"""A RabbitMQ cluster of three nodes."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx2

from devstack.members import MEMBERS, Members, start_together, wait_for
from devstack.ports import LOOPBACK, free_port
from devstack.rabbitmq import RabbitMQ
from devstack.servers import Server
from devstack.shared import PASSWORD, Run


class Cluster(Members[RabbitMQ]):
    """Three nodes with one virtual host; the first one's epmd tells them where each other are."""

    def __init__(self, run: Run) -> None:
        epmd, cookie = free_port(), secrets.token_hex(20)
        stores = list[RabbitMQ]()
        for number in range(MEMBERS):
            directory = run.own_directory(f"rabbitmq-{number}")
            _write_cookie(directory, cookie)
            ports = [free_port(), free_port(), free_port(), epmd]
            joins = stores[0].node_name if stores else ""
            stores.append(
                RabbitMQ(directory, ports, secret=PASSWORD, node=f"node-{number}", joins=joins)
            )
        super().__init__([run.server(store) for store in stores])

    @property
    def uri(self) -> str:
        """The virtual host, for who may do everything, with all nodes."""
        first = urlsplit(self.members[0].store.uri)
        hosts = ",".join(f"{LOOPBACK}:{member.port}" for member in self.members)
        return first._replace(netloc=f"{first.username}:{first.password}@{hosts}").geturl()

    @property
    def names(self) -> Sequence[str]:
        """The name of each node."""
        return [member.store.node_name for member in self.members]

    def start(self) -> None:
        """As for all members; the first one serves before the others join it."""
        start_together(self.members[:1])
        super().start()

    def is_whole(self) -> bool:
        """Whether each node sees all of them run."""
        return all(_running(member.store) == MEMBERS for member in self.members)

    def leader_of(self, queue: str) -> Server[RabbitMQ]:
        """The node that leads a quorum queue, once one does."""
        return wait_for(lambda: self._leader_of(queue), f"nobody leads {queue}")

    def _leader_of(self, queue: str) -> Server[RabbitMQ] | None:
        leader = self.queue(queue).get("leader")
        found = (member for member in self.members if member.store.node_name == leader)
        return next(found, None)

    def queue(self, name: str) -> dict[str, Any]:
        """What the first node that answers knows of a queue; empty if none does."""
        for member in self.members:
            path = urlsplit(member.store.uri).path
            if found := _ask(member.store, f"/queues{path}/{quote(name, safe='')}"):
                return dict(found)
        return {}


def _write_cookie(directory: Path, cookie: str) -> None:
    file = directory / ".erlang.cookie"
    file.touch(0o600)
    file.write_text(cookie)


def _running(node: RabbitMQ) -> int:
    return sum(1 for one in _ask(node, "/nodes") or () if one["running"])


def _ask(node: RabbitMQ, path: str) -> Any:  # noqa: ANN401 — any JSON
    """What the management API of a node says; None if it does not answer."""
    try:
        with node.api() as api:
            answer = api.get(path)
            return answer.json() if answer.is_success else None
    except httpx2.TransportError:
        return None
