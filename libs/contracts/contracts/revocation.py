"""The internal questions which sessions are revoked, asked when Redis cannot answer."""

from pydantic import BaseModel

PATH = "/internal/revocations"
REVOKED_PATH = "/internal/revoked-sessions"
MOST_SESSIONS = 500  # in one question


class RevocationAnswer(BaseModel):
    """The answer to `GET /internal/revocations?sid=…`; an unknown session is revoked."""

    revoked: bool


class RevokedSessions(BaseModel):
    """The answer to `GET /internal/revoked-sessions?sid=…&sid=…`; unknown sessions are revoked."""

    revoked: list[str]
