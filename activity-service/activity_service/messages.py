"""From a message to the document to store, or to the reason why that cannot be."""

from dataclasses import dataclass
from datetime import UTC, datetime

import bson
from bson.raw_bson import RawBSONDocument
from contracts.events import MAX_MESSAGE_BYTES, TaskEvent
from pydantic import ValidationError

from activity_service.activities import to_document

_MOST_FAULTS = 3  # named in one reason


class Poison(Exception):
    """No retry will make an activity of this message. The reason quotes nothing of its values."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Readable:
    """An event without its changes, and its activity as it is to be stored at once: it says when that is.

    As objects of Python the changes take many times the memory that they take in the activity.
    """

    event: TaskEvent
    document: RawBSONDocument


def read(body: bytes) -> Readable:
    """Raises Poison, and nothing else."""
    if len(body) > MAX_MESSAGE_BYTES:
        raise Poison(f"over {MAX_MESSAGE_BYTES} bytes: {len(body)}")
    try:
        event = TaskEvent.model_validate_json(body)
        document = RawBSONDocument(bson.encode(to_document(event, datetime.now(UTC))))
        return Readable(event.model_copy(update={"changes": {}}), document)
    except ValidationError as error:
        raise Poison(_reason(error)) from None
    except Exception as error:  # what depends on the bytes alone would be raised again
        raise Poison(f"cannot be read: {type(error).__name__}") from error


def _reason(error: ValidationError) -> str:
    # They are few: an event has a dozen fields, and `changes` at most `MAX_CHANGES`.
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    if faults[0]["type"] == "json_invalid":
        return f"not JSON: {faults[0]['msg'].removeprefix('Invalid JSON: ')}"
    named = (
        f"{'.'.join(str(part) for part in fault['loc']) or 'message'}: {fault['msg']}"
        for fault in faults[:_MOST_FAULTS]
    )
    return f"unknown shape: {'; '.join(named)}"
