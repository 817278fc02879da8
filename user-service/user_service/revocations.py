"""Revocations: the fields of a session that end it, and the question whether they do.

MongoDB is the truth. A revocation is written here, marked `unprojectedSince`, and only then
carried into Redis by `projection.py`.
"""

from typing import Final

import structlog
from chassis.clock import Clock, utc_now
from chassis.mongo import Database
from pymongo import ReturnDocument

from user_service.projection import SESSIONS, Projection

log = structlog.get_logger()

LOGOUT: Final = "logout"
REUSED: Final = "refresh token reused"


class Revocations:
    """What ends a session, with every access token it ever gave."""

    def __init__(self, database: Database, projection: Projection, now: Clock = utc_now) -> None:
        self._sessions = database[SESSIONS]
        self._projection = projection
        self._now = now

    async def revoke(self, sid: str, user: str, *, reason: str, jti: str | None = None) -> None:
        """End that user's session; no matter if it is over, unknown or somebody else's.

        It is durable when this returns, and no gateway takes the session for valid any more.
        """
        now = self._now()
        revoked = await self._sessions.find_one_and_update(
            {"_id": sid, "user": user},
            [
                {
                    "$set": {
                        "revokedAt": {"$ifNull": ["$revokedAt", now]},
                        "reason": {"$ifNull": ["$reason", reason]},
                        "revokedTokens": {
                            "$setUnion": [
                                {"$ifNull": ["$revokedTokens", []]},
                                [jti] if jti else [],
                            ]
                        },
                        "unprojectedSince": now,
                    }
                }
            ],
            return_document=ReturnDocument.AFTER,
        )
        if revoked is None:
            return
        log.info("session revoked", session=sid, user=user, reason=reason)
        await self._projection.project_now(revoked)

    async def is_revoked(self, jti: str, sid: str) -> bool:
        """Whether that access token, or its session, is over; an unknown session is."""
        session = await self._sessions.find_one({"_id": sid})
        return (
            session is None
            or "revokedAt" in session
            or session["expiresAt"] <= self._now()
            or jti in session.get("revokedTokens", ())
        )
