"""Sessions: a login, the chain of refresh tokens that keeps it alive, and its end.

`sessions`: `{_id: sid, user, createdAt, expiresAt}`, and what `revocations.py` adds.
`refresh_tokens`: `{_id: SHA-256 of the token, sid, issuedAt, expiresAt, usedAt?, successor?}`.

Each refresh token has one successor, derived from it (`tokens.successor_of`). It is stored before
the presented token is marked used, and storing it twice changes nothing: a crash in between costs
the client a retry and no more.
"""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Final

import structlog
from chassis.clock import Clock, utc_now
from chassis.errors import Unauthorized
from chassis.mongo import Database, Document
from contracts.identity import IdentifiedUser
from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from user_service import projection, tokens
from user_service.revocations import LOGOUT, REUSED, Revocations
from user_service.settings import UserServiceSettings

SESSIONS: Final = projection.SESSIONS
REFRESH_TOKENS: Final = "refresh_tokens"
GRACE: Final = timedelta(seconds=10)
REMEMBERED: Final = int(timedelta(days=7).total_seconds())  # so that expired is not unknown
_FORGET = IndexModel("expiresAt", expireAfterSeconds=REMEMBERED)
INDEXES: Final = {
    SESSIONS: [*projection.INDEXES[SESSIONS], _FORGET],
    REFRESH_TOKENS: [_FORGET],
}

log = structlog.get_logger()


@dataclass(frozen=True)
class Grant:
    """What a client holds of its session."""

    access_token: str
    refresh_token: str


class Sessions:
    """Opens sessions, rotates their refresh tokens and ends them."""

    def __init__(
        self,
        database: Database,
        revocations: Revocations,
        settings: UserServiceSettings,
        now: Clock = utc_now,
    ) -> None:
        self._sessions = database[SESSIONS]
        self._tokens = database[REFRESH_TOKENS]
        self._revocations = revocations
        self._jwt_secret = settings.jwt_secret.get_secret_value()
        self._refresh_secret = settings.refresh_secret.get_secret_value()
        self._access_ttl = timedelta(seconds=settings.access_token_ttl_seconds)
        self._refresh_ttl = timedelta(seconds=settings.refresh_token_ttl_seconds)
        self._session_ttl = timedelta(seconds=settings.session_ttl_seconds)
        self._now = now

    async def open(self, user: str) -> Grant:
        """A new session of that user."""
        now = self._now()
        session: Document = {
            "_id": token_hex(16),
            "user": user,
            "createdAt": now,
            "expiresAt": now + self._session_ttl,
        }
        await self._sessions.insert_one(session)
        refresh_token = tokens.new_refresh_token()
        await self._store(refresh_token, session, now)
        return self._grant(session, refresh_token, now)

    async def rotate(self, presented: str | None) -> Grant:
        """Exchange a refresh token for its successor and an access token.

        Presented again within `GRACE` of its first use, and while the successor is unused, it
        gives the same successor; otherwise a used token is a stolen one and ends the session.
        Raises Unauthorized.
        """
        if presented is None:
            raise Unauthorized("Refresh token missing")
        # The access token's life counts from before the session is read, and a revocation made
        # after that outlasts it: none issued here escapes one made in the meantime.
        now = self._now()
        token = await self._find(presented)
        session = await self._sessions.find_one({"_id": token["sid"]}) if token else None
        if token is None or session is None or "revokedAt" in session:
            raise _invalid()
        successor = tokens.successor_of(presented, self._refresh_secret)
        if "usedAt" not in token:
            _refuse_expired(token, now)
            await self._store(successor, session, now)
        if "usedAt" in token or not await self._use(token, successor, now):
            await self._refuse_reuse(token, successor, session, now)
        return self._grant(session, successor, now)

    async def close(self, user: IdentifiedUser, presented: str | None) -> None:
        """End the session of the user's access token, and that of the refresh token if it is his."""
        ends = [self._revocations.revoke(user.sid, user.id, reason=LOGOUT, jti=user.jti)]
        token = await self._find(presented) if presented else None
        if token is not None and token["sid"] != user.sid:
            ends.append(self._revocations.revoke(token["sid"], user.id, reason=LOGOUT))
        await asyncio.gather(*ends)

    async def _find(self, refresh_token: str) -> Document | None:
        if not tokens.looks_like_refresh_token(refresh_token):
            return None
        return await self._tokens.find_one({"_id": tokens.stored_form(refresh_token)})

    async def _store(self, refresh_token: str, session: Document, now: datetime) -> None:
        fields = {
            "sid": session["_id"],
            "issuedAt": now,
            "expiresAt": min(now + self._refresh_ttl, session["expiresAt"]),
        }
        unused = {"_id": tokens.stored_form(refresh_token), "usedAt": {"$exists": False}}
        with contextlib.suppress(DuplicateKeyError):  # it is stored, and used already
            await self._tokens.update_one(unused, {"$set": fields}, upsert=True)

    async def _use(self, token: Document, successor: str, now: datetime) -> bool:
        """Mark it used; False if another request was quicker."""
        result = await self._tokens.update_one(
            {"_id": token["_id"], "usedAt": {"$exists": False}},
            {"$set": {"usedAt": now, "successor": tokens.stored_form(successor)}},
        )
        return result.modified_count == 1

    async def _refuse_reuse(
        self, token: Document, successor: str, session: Document, now: datetime
    ) -> None:
        """Let a used token pass within the grace time; take it for stolen otherwise."""
        both = {"_id": {"$in": [token["_id"], tokens.stored_form(successor)]}}
        found = {document["_id"]: document async for document in self._tokens.find(both)}
        used = found.get(token["_id"], {})
        # Under another REFRESH_SECRET the derived successor is not the one that was given out.
        following = found.get(used.get("successor"))
        if following and "usedAt" not in following and now - used["usedAt"] <= GRACE:
            _refuse_expired(following, now)
            return
        log.warning("refresh token reused", session=session["_id"], user=session["user"])
        await self._revocations.revoke(session["_id"], session["user"], reason=REUSED)
        raise _invalid()

    def _grant(self, session: Document, refresh_token: str, now: datetime) -> Grant:
        access_token = tokens.sign_access_token(
            session["user"],
            session["_id"],
            issued_at=now,
            expires_at=min(now + self._access_ttl, session["expiresAt"]),
            secret=self._jwt_secret,
        )
        return Grant(access_token, refresh_token)


def _invalid() -> Unauthorized:
    return Unauthorized("Invalid refresh token")


def _refuse_expired(token: Document, now: datetime) -> None:
    if token["expiresAt"] <= now:
        raise Unauthorized("Refresh token expired")
