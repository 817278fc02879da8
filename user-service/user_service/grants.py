"""Grants: the two tokens that a client gets, renews with a refresh and gives up with a logout."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import structlog
from chassis.clock import Clock, utc_now
from chassis.errors import Unauthorized
from contracts.identity import IdentifiedUser

from user_service import tokens
from user_service.addresses import address_digests
from user_service.refresh_tokens import RefreshToken, RefreshTokens, Reused, is_alive
from user_service.sessions import Session, Sessions
from user_service.settings import Settings

LOGOUT: Final = "logout"
REUSED: Final = "refresh token reused"

log = structlog.get_logger()


@dataclass(frozen=True)
class Grant:
    """An access token, and the refresh token for the next one."""

    access_token: str
    refresh_token: str


class Presented(NamedTuple):
    """A refresh token that a client presented, what is stored of it, and its session."""

    text: str
    stored: RefreshToken
    session: Session


class Grants:
    """Gives grants to users, renews them and takes them back."""

    def __init__(
        self,
        sessions: Sessions,
        refresh_tokens: RefreshTokens,
        settings: Settings,
        now: Clock = utc_now,
    ) -> None:
        self._sessions = sessions
        self._refresh_tokens = refresh_tokens
        self._jwt_secret = settings.jwt_secret.get_secret_value()
        self._refresh_secrets = settings.refresh_secrets
        self._access_token_ttl = timedelta(seconds=settings.access_token_ttl_seconds)
        self._now = now

    async def issue(self, user: str) -> Grant:
        """Open a session of that user."""
        now = self._now()
        session = await self._sessions.open(user, now)
        first = await self._refresh_tokens.issue_first(session["_id"], session["expiresAt"], now)
        return self._grant(session, first, now)

    async def refresh(self, presented: Sequence[str], client_ip: str) -> Grant:
        """Exchange a refresh token for its successor and an access token.

        Of several tokens, the one that is ours and alive counts. Raises Unauthorized. A token that
        must have been stolen ends the session.
        """
        if not presented:
            raise Unauthorized("Refresh token missing")
        # The access token's life counts from before the session is read. So a revocation that is
        # made from here on stays in the blacklist for longer than a token that is issued here.
        now = self._now()
        token, stored, session = await self._choose(presented, now)
        addresses = address_digests(client_ip, owner=session["_id"], secrets=self._refresh_secrets)
        try:
            successor = await self._refresh_tokens.exchange(
                token, stored, session["expiresAt"], addresses, now
            )
        except Reused:
            log.warning("refresh token reused", session=session["_id"], user=session["user"])
            await self._sessions.revoke(session["_id"], session["user"], reason=REUSED)
            raise Unauthorized("Invalid refresh token") from None
        return self._grant(session, successor, now)

    async def _choose(self, presented: Sequence[str], now: datetime) -> Presented:
        """The newest that is alive, if possible an unused one; if none is, the newest of ours.

        Living tokens of two users are refused: somebody has planted one, and nobody can say which.
        """
        stored = await self._refresh_tokens.find(presented)
        sids = [token["sid"] for token in stored.values()]
        sessions = await self._sessions.find_unrevoked(sids)
        ours = [
            Presented(text, token, sessions[token["sid"]])
            for text, token in stored.items()
            if token["sid"] in sessions
        ]
        alive = [one for one in ours if is_alive(one.stored, now)]
        if not ours or len({one.session["user"] for one in alive}) > 1:
            raise Unauthorized("Invalid refresh token")
        return max(
            alive or ours, key=lambda one: ("usedAt" not in one.stored, one.stored["issuedAt"])
        )

    async def revoke(self, user: IdentifiedUser, presented: Sequence[str]) -> None:
        """End the session of the access token, and those of refresh tokens that the user owns."""
        stored = await self._refresh_tokens.find(presented)
        sids = {user.sid, *(token["sid"] for token in stored.values())}
        await asyncio.gather(*(self._sessions.revoke(sid, user.id, reason=LOGOUT) for sid in sids))

    def _grant(self, session: Session, refresh_token: str, now: datetime) -> Grant:
        access_token = tokens.sign_access_token(
            session["user"],
            session["_id"],
            issued_at=now,
            expires_at=min(now + self._access_token_ttl, session["expiresAt"]),
            secret=self._jwt_secret,
        )
        return Grant(access_token, refresh_token)
