"""The activities that were recorded last, of all users, in the memory of this process."""

from collections import deque
from typing import Final

import structlog

from activity_service.changes import Recorded

MOST: Final = 2000
MOST_BYTES: Final = 2_097_152  # of BSON, which takes several times as much here
BATCH: Final = 64
BATCH_BYTES: Final = 262_144

log = structlog.get_logger()


class Recent:
    """Every activity between the positions `floor` and `position`; older ones make room for newer."""

    def __init__(self, floor: str) -> None:
        self.floor = floor
        self.position = floor
        self._all: deque[Recorded] = deque()
        self._of_user: dict[str, deque[Recorded]] = {}
        self._bytes = 0

    def add(self, recorded: Recorded) -> str | None:
        """The next one; returns whose it is. One that is nobody's, which no version stores, is left out."""
        self.position = recorded.position
        user_id = recorded.document.get("userId")
        if not isinstance(user_id, str):  # MongoDB takes an array of texts for a text
            log.error("activity is nobody's", id=str(recorded.document.get("_id")))
            return None
        self._all.append(recorded)
        self._of_user.setdefault(user_id, deque()).append(recorded)
        self._bytes += recorded.size
        while len(self._all) > MOST or self._bytes > MOST_BYTES:
            self._remove_oldest()
        return user_id

    def _remove_oldest(self) -> None:
        oldest = self._all.popleft()
        self.floor = oldest.position
        self._bytes -= oldest.size
        user_id = oldest.document["userId"]
        self._of_user[user_id].popleft()
        if not self._of_user[user_id]:
            del self._of_user[user_id]

    def after(self, position: str, user_id: str) -> list[Recorded]:
        """The next ones of that user, as many as one client may hold in memory; `position` not below `floor`."""
        newer: list[Recorded] = []
        for recorded in reversed(self._of_user.get(user_id, ())):
            if recorded.position <= position:
                break
            newer.append(recorded)
        newer.reverse()
        return first_batch(newer)


def first_batch(found: list[Recorded]) -> list[Recorded]:
    """The first of these, at least one of them."""
    batch: list[Recorded] = []
    size = 0
    for recorded in found[:BATCH]:
        size += recorded.size
        if batch and size > BATCH_BYTES:
            break
        batch.append(recorded)
    return batch
