"""Whose account a request is on: a user's, who has a plan, or an address's."""

from typing import Final, TypedDict

from chassis.client_network import client_network

from api_gateway.blacklist import Blacklist
from api_gateway.metrics import QUOTA_REFUSALS
from api_gateway.plans import NAMES, READ, WRITE, Plans
from api_gateway.quota_counts import UNCOUNTED, Count, LocalCounters
from api_gateway.quota_limits import Limits, Policy

ADDRESS_POLICY: Final = "address-minute"

for _policy in (*NAMES, ADDRESS_POLICY):
    QUOTA_REFUSALS.labels(_policy)  # so that each series begins at 0

_READS: Final = frozenset(("GET", "HEAD"))


class Limit(TypedDict):
    """One limit of a user. After `resetSeconds` all of it is there again."""

    name: str
    limit: int
    remaining: int
    resetSeconds: int


class Report(TypedDict):
    """The body of `GET /api/quota`."""

    plan: str
    limits: list[Limit]


class Quotas:
    """Without plans nothing is counted (QUOTAS=off).

    Requests without a valid token are counted for their address, at most `per_address` in a minute;
    0 is no limit.
    """

    def __init__(self, blacklist: Blacklist, plans: Plans | None, *, per_address: int) -> None:
        self._blacklist = blacklist
        self._plans = plans
        self._address = Limits([Policy(ADDRESS_POLICY, per_address, 60)] if plans else ())
        self._local = LocalCounters()

    def of_address(self, client_ip: str) -> Count:
        """A request on the account of an address."""
        if not self._address.limited:
            return UNCOUNTED
        return Count(f"address:{client_network(client_ip)}", self._address, self._local)

    def of_user(self, user_id: str, method: str) -> Count:
        """A request on the account of a user, as a read or a write."""
        if self._plans is None:
            return UNCOUNTED
        plan = self._plans.of(user_id)
        if method in _READS:
            return Count(_account(user_id, READ), plan.read, self._local)
        return Count(_account(user_id, WRITE), plan.write, self._local)

    async def count(self, count: Count) -> None:
        """Count a request that has no session. Raises OverQuota."""
        if count.limits.limited:
            await self._blacklist.count(count)
            count.settle()

    async def report(self, user_id: str, reads: Count) -> Report:
        """What is left to a user; `reads` is what was counted for the request that asks."""
        if self._plans is None:
            return {"plan": "off", "limits": []}
        plan = self._plans.of(user_id)
        writes = Count(_account(user_id, WRITE), plan.write, self._local, cost=0)
        await self._blacklist.count(writes)
        writes.complete()
        return {
            "plan": plan.name,
            "limits": [
                {
                    "name": left.policy.name,
                    "limit": left.policy.limit,
                    "remaining": left.remaining,
                    "resetSeconds": left.all_in,
                }
                for left in (*reads.left(), *writes.left())
            ],
        }


def _account(user_id: str, kind: str) -> str:
    return f"user:{user_id}:{kind}"
