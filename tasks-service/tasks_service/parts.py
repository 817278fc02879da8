"""Which part of a list is asked for, and what is found."""

from typing import NamedTuple

from chassis.mongo import Document

from tasks_service.sorts import Sort


class Asked(NamedTuple):
    """Which part of which list: behind a key, or behind so many tasks. `limit` is that of a page."""

    query: Document
    sort: Sort
    key: str | None
    skip: int
    limit: int

    @property
    def begins(self) -> bool:
        """Whether it is the first page."""
        return self.skip == 0 and self.key is None


class Page(NamedTuple):
    """`last` is the key behind which the next page begins."""

    total: int
    documents: list[Document]
    last: str | None
