"""Opaque cursors: the sort key of a page's last row, signed, so that reading goes on behind it.

A cursor carries a position and no permission: whoever presents it still reads only their own rows.
It is signed so that a changed one is refused instead of leading somewhere nobody was.
"""

import base64
import hashlib
import hmac
from typing import Generic, TypeVar

from contracts.errors import FieldError
from pydantic import SecretStr, TypeAdapter

from chassis.errors import BadRequest

_SIGNATURE_BYTES = 16

Position = TypeVar("Position", bound=tuple[object, ...])


class CursorCodec(Generic[Position]):
    """Turns positions (a NamedTuple class, the fields of the sort key) into text and back.

    `purpose` names the list that is read; a cursor of another list, or signed with another
    `secret`, is refused.
    """

    def __init__(self, position: type[Position], *, purpose: str, secret: SecretStr) -> None:
        self._adapter: TypeAdapter[Position] = TypeAdapter(position)
        context = b"cursor of " + purpose.encode()
        self._key = hmac.digest(secret.get_secret_value().encode(), context, hashlib.sha256)

    def encode(self, position: Position) -> str:
        payload = self._adapter.dump_json(position)
        return _to_text(self._sign(payload) + payload)

    def decode(self, cursor: str) -> Position:
        """The position in `cursor`; BadRequest for anything that `encode` did not give."""
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            signature, payload = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
            # base64 can spell the same bytes in several ways, and only one of them is ours.
            if hmac.compare_digest(signature, self._sign(payload)) and cursor == _to_text(raw):
                return self._adapter.validate_json(payload)
        except ValueError:
            pass
        fault = FieldError(field="cursor", message="not a cursor of this list")
        raise BadRequest("Invalid input", errors=[fault])

    def _sign(self, payload: bytes) -> bytes:
        return hmac.digest(self._key, payload, hashlib.sha256)[:_SIGNATURE_BYTES]


def _to_text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
