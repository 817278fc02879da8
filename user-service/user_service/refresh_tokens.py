"""Refresh tokens: the chain that keeps a session alive.

Each token has one successor, derived from it (`tokens.successor_of`). The successor is stored
before the presented token is marked used, and storing it twice changes nothing: a crash in between
costs the client a retry and no more.
"""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NotRequired, TypedDict

from chassis.errors import Unauthorized
from chassis.mongo import Database, typed_collection
from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from user_service import tokens
from user_service.settings import Settings

COLLECTION: Final = "refresh_tokens"
# An answer may be lost: for so long after its use a token gives its successor again.
GRACE: Final = timedelta(seconds=60)
GRACE_FOR_SAME_ADDRESS: Final = timedelta(minutes=10)
REMEMBERED: Final = int(timedelta(days=7).total_seconds())  # an expired token is not unknown
INDEXES: Final = {COLLECTION: [IndexModel("expiresAt", expireAfterSeconds=REMEMBERED)]}


class RefreshToken(TypedDict):
    """A document of `refresh_tokens`. `_id` and `successor` are SHA-256 in hexadecimal digits.

    `usedFrom` is the digest of the client's address (`addresses.py`); tokens that were used before
    this field existed lack it.
    """

    _id: str
    sid: str
    issuedAt: datetime
    expiresAt: datetime
    usedAt: NotRequired[datetime]
    usedFrom: NotRequired[str]
    successor: NotRequired[str]


class Reused(Exception):
    """A used token was presented again, too late or after its successor was used: it was stolen."""


class RefreshTokens:
    """The tokens of all sessions."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._tokens = typed_collection(database, COLLECTION, RefreshToken)
        self._secrets = settings.refresh_secrets
        self._ttl = timedelta(seconds=settings.refresh_token_ttl_seconds)

    async def issue_first(self, sid: str, session_end: datetime, now: datetime) -> str:
        """The first token of a session that ends at `session_end` at the latest."""
        first = tokens.new_refresh_token()
        await self._store(first, sid, session_end, now)
        return first

    async def find(self, presented: Iterable[str]) -> Mapping[str, RefreshToken]:
        """What is stored of the tokens that a client presents, for those that are ours."""
        ids = {tokens.stored_form(text): text for text in presented if tokens.looks_like_ours(text)}
        if not ids:
            return {}
        stored = await self._tokens.find({"_id": {"$in": list(ids)}}).to_list()
        return {ids[token["_id"]]: token for token in stored}

    async def exchange(
        self,
        presented: str,
        stored: RefreshToken,
        session_end: datetime,
        addresses: Sequence[str],
        now: datetime,
    ) -> str:
        """The successor of the token, which is used from now on.

        Presented again while the successor is unused, a token gives the same successor: for `GRACE`
        after its first use, and from the same address for `GRACE_FOR_SAME_ADDRESS`. `addresses` are
        the digests of the client's. Raises Reused otherwise, and Unauthorized for an expired one.
        """
        successors = [tokens.successor_of(presented, secret) for secret in self._secrets]
        if "usedAt" not in stored:
            _refuse_expired(stored, now)
            await self._store(successors[0], stored["sid"], session_end, now)
            if await self._use(stored, successors[0], addresses[0], now):
                return successors[0]
        return await self._give_again(stored["_id"], successors, addresses, now)

    async def _store(self, token: str, sid: str, session_end: datetime, now: datetime) -> None:
        fields = {"sid": sid, "issuedAt": now, "expiresAt": min(now + self._ttl, session_end)}
        unused = {"_id": tokens.stored_form(token), "usedAt": {"$exists": False}}
        with contextlib.suppress(DuplicateKeyError):  # it is stored, and used already
            await self._tokens.update_one(unused, {"$set": fields}, upsert=True)

    async def _use(self, stored: RefreshToken, successor: str, address: str, now: datetime) -> bool:
        """Mark the token used; False if another request was quicker."""
        used = {"usedAt": now, "usedFrom": address, "successor": tokens.stored_form(successor)}
        result = await self._tokens.update_one(
            {"_id": stored["_id"], "usedAt": {"$exists": False}},
            {"$set": used},
        )
        return result.modified_count == 1

    async def _give_again(
        self, used_id: str, successors: Iterable[str], addresses: Sequence[str], now: datetime
    ) -> str:
        texts = {tokens.stored_form(text): text for text in successors}
        found = {
            token["_id"]: token
            async for token in self._tokens.find({"_id": {"$in": [used_id, *texts]}})
        }
        used = found.get(used_id)
        successor_id = used.get("successor", "") if used else ""
        successor = found.get(successor_id)
        # Derived with a secret that is gone, the one that was given out cannot be given again.
        if not used or not successor or successor_id not in texts:
            raise Reused
        grace = GRACE_FOR_SAME_ADDRESS if used.get("usedFrom") in addresses else GRACE
        if "usedAt" in successor or now - used["usedAt"] > grace:
            raise Reused
        _refuse_expired(successor, now)
        return texts[successor_id]


def is_alive(token: RefreshToken, now: datetime) -> bool:
    """Whether the token can be exchanged, or perhaps, if it was used a moment ago, once more."""
    if "usedAt" in token:
        return now - token["usedAt"] <= GRACE_FOR_SAME_ADDRESS
    return now < token["expiresAt"]


def _refuse_expired(token: RefreshToken, now: datetime) -> None:
    if token["expiresAt"] <= now:
        raise Unauthorized("Refresh token expired")
