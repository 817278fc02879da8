"""Tasks that the relay leaves out for a while, so that the others are sent meanwhile."""

import asyncio

import structlog
from bson import ObjectId
from chassis.background import Backoff

MAX_SET_ASIDE = 1000
RECHECK_SECONDS = 60.0

log = structlog.get_logger()


class SetAside:
    """Those whose events were not confirmed are tried again with back-off, from 0.2 to 5 seconds.

    Those that cannot be sent as they are stored are looked at again once a minute: only a person
    can mend them, and they must not lengthen the back-off of the others.
    """

    def __init__(self) -> None:
        # By their texts, since an odd document may have an id that has no hash.
        self._unconfirmed: dict[str, ObjectId] = {}
        self._retry_at = 0.0
        self._backoff = Backoff()
        self._unsendable: dict[str, ObjectId] = {}
        self._recheck_at = 0.0

    @property
    def ids(self) -> list[ObjectId]:
        """Of the tasks to leave out now."""
        return [*self._unconfirmed.values(), *self._unsendable.values()]

    @property
    def is_full(self) -> bool:
        return len(self._unconfirmed) + len(self._unsendable) >= MAX_SET_ASIDE

    def release_due(self) -> None:
        """Let those be tried again whose time has come."""
        now = asyncio.get_running_loop().time()
        if now >= self._retry_at:
            self._unconfirmed.clear()
        if now >= self._recheck_at:
            self._unsendable.clear()

    def reset_backoff(self) -> None:
        """After an attempt: if all was confirmed, the next failure is a new one."""
        if not self._unconfirmed:
            self._backoff.reset()

    def add_unconfirmed(self, task_id: ObjectId, *, reason: str) -> None:
        if not self._unconfirmed:
            delay = self._backoff.next_delay()
            self._retry_at = asyncio.get_running_loop().time() + delay
            log.warning("events not confirmed, will retry", reason=reason, seconds=round(delay, 1))
        self._unconfirmed[repr(task_id)] = task_id

    def add_unsendable(self, task_id: ObjectId, *, reason: str) -> None:
        """The reason must not quote what is stored."""
        if not self._unsendable:
            self._recheck_at = asyncio.get_running_loop().time() + RECHECK_SECONDS
        self._unsendable[repr(task_id)] = task_id
        count = len(self._unsendable)
        log.error("task cannot be sent", task=str(task_id), reason=reason, unsendable=count)
