"""The keys under which revocations stand in Redis: user-service writes them, the gateway reads.

`blacklist:{sid}` exists (with any value) as long as that session is revoked and one of its access
tokens could still be presented. `blacklist:ready` says that every live revocation has been
projected; without it an absent key proves nothing.
"""

from typing import Final, NamedTuple, Self

READY_KEY = "blacklist:ready"
FRESH_SECONDS: Final = 3.0
"""Up to this age of the ready mark an absent key is believed without asking user-service."""


def blacklist_key(sid: str) -> str:
    """The key of one revoked session."""
    return f"blacklist:{sid}"


class ReadyMark(NamedTuple):
    """The value of `blacklist:ready`.

    `run_id` is the Redis process (INFO server) the projection was made into: a mark that an
    append-only file or snapshot carried over a restart names a process that is gone, and is void.
    `renewed_at` is user-service's clock in milliseconds, different at every renewal: a reader that
    lost Redis for a while accepts only a mark renewed since.
    """

    run_id: str
    renewed_at: int

    def encode(self) -> str:
        return f"{self.run_id}:{self.renewed_at}"

    @classmethod
    def decode(cls, value: str) -> Self | None:
        """The mark in `value`, or None when it is not one."""
        run_id, _, renewed_at = value.rpartition(":")
        if not run_id or not (renewed_at.isascii() and renewed_at.isdigit()):
            return None
        return cls(run_id, int(renewed_at))
