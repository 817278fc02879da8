"""How many logins may fail, and how many accounts may be made, within 15 minutes."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

from bson import ObjectId
from chassis.client_network import client_network
from chassis.clock import Clock, utc_now
from chassis.errors import Unauthorized
from chassis.mongo import Database

from user_service.places import INDEXES as PLACE_INDEXES
from user_service.places import Counter, Places, counter_of, released
from user_service.settings import Settings

FAILED_LOGINS: Final = "login_failures"
REGISTRATIONS: Final = "registrations"
INDEXES: Final = {FAILED_LOGINS: PLACE_INDEXES, REGISTRATIONS: PLACE_INDEXES}
ACCOUNT_AND_ADDRESS: Final = "account and address"
ADDRESS: Final = "address"


class LoginThrottle:
    """Refuses logins of an account, a client's network, or both together, that failed too often."""

    def __init__(self, database: Database, settings: Settings, now: Clock = utc_now) -> None:
        message = "Too many failed logins, try again later"
        self._places = Places(database, FAILED_LOGINS, message, now)
        self._bounds = (
            settings.login_failures_per_account_and_address,
            settings.login_failures_per_account,
            settings.login_failures_per_address,
        )

    @asynccontextmanager
    async def attempt(
        self, email: str, client_ip: str, *, known_here: bool = False
    ) -> AsyncIterator[None]:
        """Around the comparison of the password, which raises Unauthorized if it was wrong.

        Raises TooManyRequests before it, if there were too many failures, and Unavailable if too
        many logins stay undecided for too long. The right password forgives this account's
        failures from this client. `email` is in lower case. An account that is `known_here` is
        tried whatever others do from this address.
        """
        counters = self._counters_of(email, client_ip, known_here=known_here)
        login = ObjectId()
        async with AsyncExitStack() as turns:
            try:
                await self._places.take(counters, login, turns)
                yield
            except Unauthorized:
                await self._places.keep(login, counters)
                raise
            except Exception:  # no verdict; a cancelled one stays undecided, then counts
                await self._places.release(login, counters)
                raise
            updates = [_succeeded(login, counter.kind) for counter in counters]
            await self._places.settle(login, counters, updates)

    def _counters_of(self, email: str, client_ip: str, *, known_here: bool) -> list[Counter]:
        """The narrowest first, so that what it refuses does not even touch the others."""
        network = client_network(client_ip)
        both, account, address = self._bounds
        counters = [
            counter_of(ACCOUNT_AND_ADDRESS, f"{email} {network}", both),
            counter_of("account", email, account),
            counter_of(ADDRESS, network, address, refuses=not known_here),
        ]
        return [counter for counter in counters if counter.bound]


class RegistrationThrottle:
    """Refuses to make more accounts for one client's network than `registrations_per_address`."""

    def __init__(self, database: Database, settings: Settings, now: Clock = utc_now) -> None:
        message = "Too many registrations, try again later"
        self._places = Places(database, REGISTRATIONS, message, now)
        self._bound = settings.registrations_per_address

    @asynccontextmanager
    async def attempt(self, client_ip: str) -> AsyncIterator[None]:
        """Around the making of an account, which does not count if an error is raised.

        Raises TooManyRequests, and Unavailable as a login does.
        """
        if not self._bound:
            yield
            return
        counters = [counter_of(ADDRESS, client_network(client_ip), self._bound)]
        registration = ObjectId()
        async with AsyncExitStack() as turns:
            try:
                await self._places.take(counters, registration, turns)
                yield
            except Exception:
                await self._places.release(registration, counters)
                raise
            await self._places.keep(registration, counters)


def _succeeded(login: ObjectId, kind: str) -> Mapping[str, Any]:
    if kind != ACCOUNT_AND_ADDRESS:
        return released(login)
    decided = {"undecidedUntil": {"$exists": False}}
    return {"$pull": {"places": {"$or": [{"by": login}, decided]}}}
