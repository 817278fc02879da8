"""Keeps the blacklist in Redis up to date with the sessions in MongoDB.

1. A revocation is marked `unprojectedSince` by the write that makes it, and the mark is removed
   only after Redis took it. A mark left behind (Redis was away, or a process died) is found
   within a second, by any replica.
2. A Redis that is new, or has lost some, gets every live revocation, found by `revokedAt`; any
   other gets those of the last minute, which a failover may have lost.
3. Only then is the ready mark renewed, dated from before 1 and 2 began.

A revocation written between 2 and 3 is projected by the request that made it, before that request
is answered.
"""

import asyncio
from contextlib import suppress
from typing import Final

import structlog
from chassis.redis import RedisError
from pymongo.errors import PyMongoError

from user_service.blacklist import Blacklist
from user_service.sessions import Sessions

AWAY: Final = (RedisError, PyMongoError, TimeoutError, OSError)
INTERVAL: Final = 1.0  # seconds between two renewals

log = structlog.get_logger()


class Projection:
    """Carries revocations into Redis again, as often as needed."""

    def __init__(self, sessions: Sessions, blacklist: Blacklist) -> None:
        self._sessions = sessions
        self._blacklist = blacklist

    async def run(self) -> None:
        """Keep Redis up to date for ever."""
        away = False
        while True:
            try:
                await self.catch_up()
            except AWAY as error:
                if not away:
                    log.warning("revocations wait for projection", error=type(error).__name__)
                away = True
            else:
                if away:
                    log.info("revocations are projected again")
                away = False
            await asyncio.sleep(INTERVAL)

    async def catch_up(self) -> None:
        """Bring Redis up to date and renew the ready mark."""
        renewal = await self._blacklist.begin_renewal()
        if renewal.needs_all:
            log.info("projecting all live revocations", redis=renewal.run_id)
            await self._sessions.project_live()
        else:
            await self._sessions.project_recent()
        await self._sessions.project_unprojected()
        await self._blacklist.finish(renewal)
        if renewal.needs_all:
            await self._warn_of_eviction()

    async def _warn_of_eviction(self) -> None:
        policy = "unknown"
        with suppress(RedisError):  # it may not let us ask
            policy = await self._blacklist.eviction()
        if policy != "off":
            log.warning("Redis may drop the blacklist: set noeviction", maxmemory_policy=policy)
