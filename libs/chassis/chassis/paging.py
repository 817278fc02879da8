"""Lists in pages: how long a page is, and the signed cursor behind which the next one begins.

A cursor carries a position and no permission: whoever presents it still reads only their own rows.
The signature is there so that a changed cursor is refused.
"""

import hashlib
import re
from collections.abc import Sequence
from typing import Annotated, Any, Final, Generic, TypeVar

from contracts.errors import FieldError
from itsdangerous import BadData, URLSafeSerializer
from pydantic import BeforeValidator, TypeAdapter, ValidationError

from chassis.errors import BadRequest

MAX_LIMIT: Final = 100  # rows of a page
FALLBACK_LIMIT: Final = 10  # for a limit of zero or less

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,4000}")

Position = TypeVar("Position", bound=tuple[object, ...])


def _only_digits(value: Any) -> Any:  # noqa: ANN401 — a before-validator sees whatever was sent
    # Pydantic also reads 1_000 and 1.0 as whole numbers.
    if isinstance(value, str) and not _WHOLE_NUMBER.fullmatch(value):
        raise ValueError("must be a whole number")
    return value


ONLY_DIGITS: Final = BeforeValidator(_only_digits)
WholeNumber = Annotated[int, ONLY_DIGITS]
"""A query value: a decimal number with nothing around it, of any size."""


def page_length(limit: int) -> int:
    """How many rows a page has when the client asks for `limit`."""
    return min(limit, MAX_LIMIT) if limit > 0 else FALLBACK_LIMIT


class Cursors(Generic[Position]):
    """Turns positions (a NamedTuple class, the fields of the sort key) into text and back.

    `purpose` names the list that is read; a cursor of another list is refused. The first of
    `secrets` signs, and a cursor that is signed with none of them is refused.
    """

    def __init__(self, position: type[Position], *, purpose: str, secrets: Sequence[str]) -> None:
        self._positions: TypeAdapter[Position] = TypeAdapter(position)
        self._purpose = purpose
        self._serializers = [_serializer(secret) for secret in secrets]

    def encode(self, position: Position, *, of: str = "") -> str:
        """The cursor of one list; `of` says which, and the cursor is refused for any other."""
        return self._encode(position, self._serializers[0], of)

    def decode(self, cursor: str, *, of: str = "") -> Position:
        """The position in `cursor`; BadRequest for anything that `encode` did not give."""
        for serializer in self._serializers:
            try:
                loaded = serializer.loads(cursor, salt=self._salt(of))
                position = self._positions.validate_python(loaded)
            except (BadData, ValidationError):
                continue
            # base64 can spell the same bytes in several ways, and only one of them is ours.
            if self._encode(position, serializer, of) == cursor:
                return position
        fault = FieldError(field="cursor", message="not a cursor of this list")
        raise BadRequest("Invalid input", errors=[fault])

    def _encode(self, position: Position, serializer: URLSafeSerializer, of: str) -> str:
        shape = self._positions.dump_python(position, mode="json")
        return serializer.dumps(shape, salt=self._salt(of))

    def _salt(self, of: str) -> str:
        return f"cursor of {self._purpose}" + (f": {of}" if of else "")


def _serializer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret, signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256}
    )
