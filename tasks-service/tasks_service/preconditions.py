"""`ETag` and `If-Match`: an update that only happens if the task is still the one that was read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_TAG_LIST = re.compile(rf"[ \t,]*{_TAG}(?:[ \t]*,[ \t,]*{_TAG})*[ \t,]*")


def etag(version: int) -> str:
    """The strong entity tag of a task's version (RFC 9110, section 8.8.3)."""
    return f'"{version}"'


@dataclass(frozen=True)
class IfMatch:
    """The condition of an `If-Match` header (RFC 9110, section 13.1.1).

    Tags are compared strongly: a weak one (`W/"3"`) matches nothing. Neither does a header that is
    not well-formed, since what its sender took for granted cannot be known.
    """

    any_version: bool
    tags: frozenset[str]

    @classmethod
    def parse(cls, headers: Sequence[str]) -> Self | None:
        """The condition in all `If-Match` headers of a request; None when there is none."""
        if not headers:
            return None
        text = ",".join(headers).strip(" \t")
        tags = re.findall(_TAG, text) if _TAG_LIST.fullmatch(text) else []
        return cls(any_version=text == "*", tags=frozenset(tags))

    def allows(self, version: int) -> bool:
        return self.any_version or etag(version) in self.tags
