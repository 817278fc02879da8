"""Which of a user's tasks are meant: the conditions that `GET /api/tasks` and a bulk change know."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from chassis.mongo import Document

from tasks_service import tags
from tasks_service.due_keys import Now, When
from tasks_service.folding import fold
from tasks_service.zones import zone

TEXT: Final = "derived.text"

Days: TypeAlias = tuple[str, str]
"""The first and the last day that are meant, such as 2026-12-01."""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a task must be. A filter that is empty or None leaves all tasks in.

    A task has any of `statuses`, `lists` and `priorities`, all of `labels` and all of `words`.
    """

    statuses: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    priorities: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    done: bool | None = None
    due: When | Literal["none"] | Days | None = None
    tz: str = "UTC"
    trash: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether all tasks match that are not in the trash."""
        return self == Filters(tz=self.tz)

    @property
    def is_whole(self) -> bool:
        """Whether all tasks match that are in the trash, or all that are not."""
        return self == Filters(tz=self.tz, trash=self.trash)

    def query(self, user_id: str, now: datetime) -> Document:
        """The MongoDB query, which the index `tags_and_text` decides (see `derived.py`); `now` is aware."""
        own: Document = {"user": user_id, "deleted": self.trash}
        conditions = list(self._conditions(now))
        return own | {"$and": conditions} if conditions else own

    def _conditions(self, now: datetime) -> Iterator[Document]:
        if self.statuses:
            yield tags.status_in(self.statuses)
        if self.lists:
            yield tags.list_in(self.lists)
        if self.priorities:
            yield tags.priority_in(self.priorities)
        if self.done is not None:
            yield tags.done_is(self.done)
        yield from map(tags.has_label, self.labels)
        yield from self._due(now)
        for word in self.words:
            yield {TEXT: {"$regex": re.escape(fold(word))}}

    def _due(self, now: datetime) -> Iterator[Document]:
        if self.due == "none":
            yield tags.not_due()
        elif isinstance(self.due, tuple):
            yield tags.due_on(*self.due)
        elif self.due is not None:
            yield tags.due_when(self.due, Now.of(now, zone(self.tz)))
