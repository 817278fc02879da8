"""The internal question "is this session revoked?", asked when Redis cannot answer."""

from pydantic import BaseModel

PATH = "/internal/revocations"


class RevocationAnswer(BaseModel):
    """The answer to `GET /internal/revocations?sid=…`; an unknown session is revoked."""

    revoked: bool
