"""`ETag` and `If-Match`: an update that only happens if the task is still the one that was read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

_OPAQUE = r'"[\x21\x23-\x7e\x80-\xff]*"'
_TAG_LIST = re.compile(rf"[ \t,]*(?:W/)?{_OPAQUE}(?:[ \t]*,[ \t,]*(?:W/)?{_OPAQUE})*[ \t,]*")


def etag(version: int) -> str:
    """The strong entity tag of a task's version (RFC 9110, section 8.8.3)."""
    return f'"{version}"'


@dataclass(frozen=True)
class IfMatch:
    """The condition of an `If-Match` header (RFC 9110, section 13.1.1).

    A weak tag (`W/"3"`) compares like the strong one, since proxies that compress weaken tags: a
    departure from the RFC, where it would match nothing. A header that is not well-formed matches
    nothing, since what its sender took for granted cannot be known.
    """

    any_version: bool
    tags: frozenset[str]

    @classmethod
    def parse(cls, headers: Sequence[str]) -> Self | None:
        """The condition in all `If-Match` headers of a request; None when there is none."""
        if not headers:
            return None
        text = ",".join(headers).strip(" \t")
        tags = re.findall(_OPAQUE, text) if _TAG_LIST.fullmatch(text) else []
        return cls(any_version=text == "*", tags=frozenset(tags))

    def allows(self, version: int) -> bool:
        return self.any_version or etag(version) in self.tags
