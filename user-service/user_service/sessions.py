"""Sessions: each begins with a login or a registration and ends with a revocation or by itself.

What MongoDB says of revocations counts. A revocation is written here, marked `unprojectedSince`,
and only then added to the blacklist in Redis.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Final, NotRequired, TypedDict

import structlog
from chassis.clock import Clock, utc_now
from chassis.mongo import NO_ARRAY, Database, Document, typed_collection
from contracts.blacklist import FRESH_SECONDS
from pymongo import IndexModel, ReturnDocument, UpdateOne

from user_service.blacklist import Blacklist
from user_service.refresh_tokens import REMEMBERED
from user_service.settings import Settings

COLLECTION: Final = "sessions"
INDEXES: Final = {
    COLLECTION: [
        IndexModel("unprojectedSince", sparse=True),
        IndexModel("revokedAt", sparse=True),
        IndexModel("expiresAt", expireAfterSeconds=REMEMBERED),
    ]
}
PATIENCE: Final = 1.0  # seconds for Redis to take one revocation
TRY_AGAIN: Final = 0.2  # seconds
GATEWAY_CLOCK_BEHIND: Final = 0.5  # seconds that the gateway's clock may be behind ours
# An odd session must not keep others from being projected.
_OURS: Final = {"_id": {"$type": "string"}}
RECENT: Final = timedelta(seconds=60)  # longer than a failover takes
BATCH: Final = 500

log = structlog.get_logger()


class Session(TypedDict):
    """A document of `sessions`. `_id` is the session's `sid`, `user` the id of the account."""

    _id: str
    user: str
    createdAt: datetime
    expiresAt: datetime
    revokedAt: NotRequired[datetime]
    reason: NotRequired[str]
    unprojectedSince: NotRequired[datetime]


class Sessions:
    """The sessions of all users. Each ends by itself after a time that no refresh moves."""

    def __init__(
        self, database: Database, blacklist: Blacklist, settings: Settings, now: Clock = utc_now
    ) -> None:
        self._sessions = typed_collection(database, COLLECTION, Session)
        self._blacklist = blacklist
        self._ttl = timedelta(seconds=settings.session_ttl_seconds)
        self._now = now

    async def open(self, user: str, now: datetime) -> Session:
        """A new session of that user."""
        session: Session = {
            "_id": token_hex(16),
            "user": user,
            "createdAt": now,
            "expiresAt": now + self._ttl,
        }
        await self._sessions.insert_one(session)
        return session

    async def find(self, sid: str) -> Session | None:
        """The session, over or not."""
        return await self._sessions.find_one({"_id": sid})

    async def find_unrevoked(self, sids: Sequence[str]) -> Mapping[str, Session]:
        """Those of the sessions that no revocation has ended, by their `sid`."""
        if not sids:
            return {}
        query = {"_id": {"$in": list(sids)}, "revokedAt": {"$exists": False}}
        return {session["_id"]: session async for session in self._sessions.find(query)}

    async def revoke(self, sid: str, user: str, *, reason: str) -> None:
        """End that user's session. If it is over, unknown or another user's, nothing happens.

        When this returns the end is durable, and no gateway takes the session for valid any more.
        """
        now = self._now()
        first_time = {
            "revokedAt": {"$ifNull": ["$revokedAt", now]},
            "reason": {"$ifNull": ["$reason", reason]},
        }
        session = await self._sessions.find_one_and_update(
            {"_id": sid, "user": user},
            [{"$set": first_time | {"unprojectedSince": now}}],
            return_document=ReturnDocument.AFTER,
        )
        if session is not None:
            log.info("session revoked", session=sid, user=user, reason=reason)
            await self.project_now(session)

    async def is_revoked(self, sid: str) -> bool:
        """Whether the session is over; an unknown one is."""
        session = await self.find(sid)
        return session is None or "revokedAt" in session or _has_expired(session, self._now())

    async def revoked_among(self, sids: Sequence[str]) -> list[str]:
        """Which of these sessions are over; unknown ones are."""
        now = self._now()
        living = {
            sid
            for sid, session in (await self.find_unrevoked(sids)).items()
            if not _has_expired(session, now)
        }
        return [sid for sid in sids if sid not in living]

    async def project_now(self, session: Session) -> None:
        """Project one revocation; return when no gateway takes the session for valid.

        If Redis does not take it, that is when the last ready mark made without it is no longer
        fresh: the gateway then asks here, and no newer mark is made without it.
        """
        clock = asyncio.get_running_loop().time
        marks_are_stale = clock() + FRESH_SECONDS + GATEWAY_CLOCK_BEHIND
        while not await self._is_projected(session):
            if clock() >= marks_are_stale:
                return
            await asyncio.sleep(TRY_AGAIN)

    async def _is_projected(self, session: Session) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._project([session])
        except Exception as error:  # noqa: BLE001 — whatever it was, the end is durable and the client waits
            name = type(error).__name__
            log.warning("revocation waits for projection", session=session["_id"], error=name)
            return False
        return True

    async def project_live(self) -> None:
        """Project every revocation that a living access token could be concerned by."""
        await self._project_since(self._now() - self._blacklist.lifetime)

    async def project_recent(self) -> None:
        """Project every revocation of the last `RECENT` again.

        In a failover two servers may take writes for some seconds, and those to the former primary
        are lost, though it has confirmed them.
        """
        await self._project_since(self._now() - RECENT)

    async def _project_since(self, moment: datetime) -> None:
        revoked: Document = {"revokedAt": {"$gt": moment} | NO_ARRAY} | _OURS
        async with self._sessions.find(revoked).batch_size(BATCH) as cursor:
            while batch := await cursor.to_list(BATCH):
                await self._project(batch)

    async def project_unprojected(self) -> None:
        """Project every revocation that Redis has not taken yet."""
        revoked = {"revokedAt": {"$type": "date"} | NO_ARRAY} | _OURS
        waiting: Document = {"unprojectedSince": {"$exists": True}} | revoked
        while batch := await self._sessions.find(waiting, limit=BATCH).to_list():
            await self._project(batch)

    async def _project(self, revoked: Sequence[Session]) -> None:
        """Add them to the blacklist, then remove their marks unless they were revoked anew since."""
        await self._blacklist.add((session["_id"], session["revokedAt"]) for session in revoked)
        removals = [
            UpdateOne(
                {"_id": session["_id"], "unprojectedSince": session["unprojectedSince"]},
                {"$unset": {"unprojectedSince": ""}},
            )
            for session in revoked
            if "unprojectedSince" in session
        ]
        if removals:
            await self._sessions.bulk_write(removals, ordered=False)


def _has_expired(session: Session, now: datetime) -> bool:
    """Also where nobody can read when: an odd session must not keep others from an answer."""
    expires_at: object = session.get("expiresAt")
    return not isinstance(expires_at, datetime) or expires_at <= now
