"""A MongoDB replica set of three members."""

from collections.abc import Sequence
from typing import Any

from pymongo.errors import PyMongoError
from stores.mongo import REPLICA_SET

from devstack.members import MEMBERS, Members, start_together, wait_for
from devstack.mongo import Mongo
from devstack.ports import LOOPBACK, free_port
from devstack.servers import Server
from devstack.shared import Run

# Milliseconds. After the first a member that was killed is missed; its own default is 10,000.
_SETTINGS = {"electionTimeoutMillis": 3000, "heartbeatIntervalMillis": 500}
_PRIMARY, _SECONDARY = 1, 2


class Member(Mongo):
    """One of the members. It is ready when it answers, whatever its part in the set."""

    def is_ready(self) -> bool:
        """Whether it answers."""
        try:
            return bool(self._ask("ping"))
        except PyMongoError:
            return False

    def is_primary(self) -> bool:
        """Whether it says so; False if it does not answer."""
        try:
            return bool(self._ask("hello")["isWritablePrimary"])
        except PyMongoError:
            return False

    def states(self) -> Sequence[int]:
        """The state of each member, as this one sees it; none if it does not know."""
        try:
            return [one["state"] for one in self._ask("replSetGetStatus")["members"]]
        except PyMongoError:
            return []

    def step_down(self) -> None:
        """Let another member, which has all that this one has, be the primary."""
        with self.client() as client:
            client.admin.command("replSetStepDown", 60, secondaryCatchUpPeriodSecs=50)

    def _ask(self, command: str) -> dict[str, Any]:
        with self.client(timeout=2.0) as client:
            return client.admin.command(command)


class ReplicaSet(Members[Member]):
    """Three members without users: one is the primary, two follow it."""

    def __init__(self, run: Run) -> None:
        super().__init__(
            [
                run.server(Member(run.own_directory(f"mongo-{number}"), free_port()))
                for number in range(MEMBERS)
            ]
        )

    def database_uri(self, database: str) -> str:
        """The URI of one database, with all members."""
        return f"mongodb://{','.join(self._hosts)}/{database}?replicaSet={REPLICA_SET}"

    @property
    def _hosts(self) -> Sequence[str]:
        return [f"{LOOPBACK}:{member.port}" for member in self.members]

    def primary(self) -> Server[Member]:
        """The member that takes writes, once there is one."""
        return wait_for(self._primary, "there is no primary")

    def _primary(self) -> Server[Member] | None:
        return next((member for member in self.members if member.store.is_primary()), None)

    def is_whole(self) -> bool:
        """Whether there is a primary that sees the others follow it."""
        whole = [_PRIMARY, _SECONDARY, _SECONDARY]
        stores = [member.store for member in self.members]
        return any(one.is_primary() and sorted(one.states()) == whole for one in stores)

    def start(self) -> None:
        """As for all members; at first the set is made."""
        start_together(self.members)
        with self.members[0].store.client() as client:
            if client.local["system.replset"].find_one() is None:
                members = [{"_id": place, "host": host} for place, host in enumerate(self._hosts)]
                config = {"_id": REPLICA_SET, "members": members, "settings": _SETTINGS}
                client.admin.command("replSetInitiate", config)
        super().start()
