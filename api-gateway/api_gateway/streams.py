"""The streams that are open: how many one user may have, and when the gateway ends one.

Each gateway counts for itself, since a stream that is open here ends with this process.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from chassis.errors import TooManyRequests, Unavailable
from contracts.identity import IdentifiedUser
from contracts.revocation import MOST_SESSIONS

from api_gateway.metrics import STREAMS_ENDED, STREAMS_OPEN
from api_gateway.revocation import Revocations

MOST_OF_USER: Final = 10
RETRY_AFTER: Final = 5  # seconds, for one that is too many
# Seconds from the begin of one look at all sessions to that of the next, unless a look takes longer: a
# Redis that hangs is given up after a second.
LOOK_SECONDS: Final = 1.0

End = Callable[[], None]


class OpenStreams:
    """Counts streams, and ends those of sessions that are over, of tokens that expire, and all."""

    def __init__(self, revocations: Revocations) -> None:
        self._revocations = revocations
        self._of_user: dict[str, int] = {}
        self._of_session: dict[str, set[End]] = {}
        self._ended = False

    @contextmanager
    def one_more(self, user: IdentifiedUser, end: End) -> Iterator[None]:
        """Count one while the body runs, in which `end` may be called.

        TooManyRequests for one more than a user may have; Unavailable when the gateway stops.
        """
        if self._ended:
            raise Unavailable
        if self._of_user.get(user.id, 0) >= MOST_OF_USER:
            raise TooManyRequests("Too many streams are open", retry_after=RETRY_AFTER)
        loop = asyncio.get_running_loop()
        expiry = loop.call_later(user.exp - time.time(), self._end, [end], "expired")
        self._of_user[user.id] = self._of_user.get(user.id, 0) + 1
        self._of_session.setdefault(user.sid, set()).add(end)
        try:
            with STREAMS_OPEN.track_inprogress():
                yield
        finally:
            expiry.cancel()
            self._forget(user, end)

    async def watch_sessions(self) -> None:
        """End the streams of sessions that are revoked, or of which nobody can say, until cancelled."""
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            sids = list(self._of_session)
            parts = [
                sids[first : first + MOST_SESSIONS] for first in range(0, len(sids), MOST_SESSIONS)
            ]
            for over in await asyncio.gather(*map(self._revocations.no_longer_good, parts)):
                for sid in over:
                    self._end(self._of_session.pop(sid, ()), "revoked")
            await asyncio.sleep(began + LOOK_SECONDS - clock())

    def end_all(self) -> None:
        """End the streams that are open, and let none begin any more: the gateway stops."""
        self._ended = True
        sessions, self._of_session = self._of_session, {}
        for ends in sessions.values():
            self._end(ends, "stopping")

    @staticmethod
    def _end(ends: Iterable[End], reason: str) -> None:
        for end in ends:
            STREAMS_ENDED.labels(reason).inc()
            end()

    def _forget(self, user: IdentifiedUser, end: End) -> None:
        self._of_user[user.id] -= 1
        if not self._of_user[user.id]:
            del self._of_user[user.id]
        ends = self._of_session.get(user.sid, set())
        ends.discard(end)
        if not ends:
            self._of_session.pop(user.sid, None)
