"""The sorted set in Redis of revoked sessions: user-service writes it, the gateway reads it.

Its members are

- the ids of revoked sessions, for as long as one of their access tokens could still be presented;
- `ready:{run_id}`, a mark which says that every revocation that was live when it was renewed is in
  the set. `run_id` is the Redis process (INFO server) into which they were added: a mark that an
  append-only file or a snapshot carried over a restart names a process that is gone, and is void.

Without a mark an absent session proves nothing. All of this is one key, so that whatever evicts,
flushes or deletes revocations takes the marks with them.

A score is a time of user-service's clock in milliseconds: when the session was revoked, and when
the mark was renewed.
"""

from typing import Final

KEY: Final = "blacklist:sessions"
FRESH_SECONDS: Final = 3.0
"""Up to this age of the ready mark an absent session is believed without asking user-service."""


def ready_mark(run_id: str) -> str:
    """The member that says that the set is complete; no session id has a colon."""
    return f"ready:{run_id}"
