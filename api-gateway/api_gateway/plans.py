"""The plans: how many requests a user may send, by the settings and by what `gateway_db` says.

A plan has six limits. Those that a document does not name are the default plan's, and those that
the default plan's document does not name are the settings'.
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Final

import structlog
from chassis.mongo import Database, Document
from pymongo.errors import PyMongoError

from api_gateway.quota_limits import MOST, Limits, Policy

PLANS: Final = "plans"
"""Documents `{_id: name, limits: {name: number}}`."""
OVERRIDES: Final = "overrides"
"""Documents `{_id: user id, plan?: name, limits?: {name: number}}`."""
DEFAULT: Final = "default"
REFRESH_SECONDS: Final = 2.0

WINDOWS: Final = {"burst": 10, "minute": 60, "day": 86_400}  # seconds
READ, WRITE = "read", "write"
NAMES: Final = tuple(f"{kind}-{window}" for kind in (READ, WRITE) for window in WINDOWS)
"""Of the limits of a plan."""

LimitsByName = Mapping[str, int]

log = structlog.get_logger()


class Plan:
    """What one user may do; `limits` has a number for each of NAMES."""

    def __init__(self, name: str, limits: LimitsByName) -> None:
        self.name = name
        self.read = _limits(READ, limits)
        self.write = _limits(WRITE, limits)


class Plans:
    """Every user's plan, as it was when MongoDB last said; by the settings until then."""

    def __init__(self, settings: LimitsByName) -> None:
        self._settings = settings
        self._default = Plan(DEFAULT, settings)
        self._overrides: Mapping[str, Plan] = {}
        self._documents: tuple[list[Document], list[Document]] = ([], [])
        self._known = True

    def of(self, user_id: str) -> Plan:
        """The plan of a user."""
        return self._overrides.get(user_id, self._default)

    async def keep_fresh(self, database: Database) -> None:
        """Load them again and again, for ever."""
        while True:
            try:
                await self.load(database)
            except PyMongoError as error:
                if self._known:
                    log.warning("the last known plans stay in use", error=type(error).__name__)
                self._known = False
            else:
                self._known = True
            await asyncio.sleep(REFRESH_SECONDS)

    async def load(self, database: Database) -> None:
        """Load them from MongoDB. Raises PyMongoError, and then nothing has changed."""
        documents = (
            await database[PLANS].find().to_list(),
            await database[OVERRIDES].find().to_list(),
        )
        if documents == self._documents:
            return
        plans = {one["_id"]: limits_of(one) for one in documents[0] if _has_name(one)}
        default = {**self._settings, **plans.get(DEFAULT, {})}
        self._default = Plan(DEFAULT, default)
        self._overrides = {
            one["_id"]: _override(one, plans, default) for one in documents[1] if _has_name(one)
        }
        self._documents = documents


def _has_name(document: Document) -> bool:
    return isinstance(document["_id"], str)


def limits_of(document: Document) -> LimitsByName:
    """The limits that a document names; what is none, such as another release's, is left out."""
    limits = document.get("limits")
    named: Iterable[tuple[Any, Any]] = limits.items() if isinstance(limits, Mapping) else ()
    return {
        name: limit
        for name, limit in named
        if name in NAMES and isinstance(limit, int) and 0 <= limit <= MOST
    }


def _override(document: Document, plans: Mapping[str, LimitsByName], default: LimitsByName) -> Plan:
    name = document.get("plan", DEFAULT)
    plan = plans.get(name) if isinstance(name, str) else None
    known = name if plan is not None else DEFAULT
    return Plan(known, {**default, **(plan or {}), **limits_of(document)})


def _limits(kind: str, limits: LimitsByName) -> Limits:
    return Limits(
        [
            Policy(f"{kind}-{window}", limits[f"{kind}-{window}"], seconds)
            for window, seconds in WINDOWS.items()
        ]
    )
