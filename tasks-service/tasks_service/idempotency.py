"""Idempotency keys: a POST that is sent again gives its first answer instead of a second task.

`idempotency_keys` holds one `KeyDocument` for each key of each user. The key is stored with the
task that it stands for *before* that task is: whoever finds it there afterwards, also after a
crash, inserts that very task, which MongoDB refuses if it was inserted already.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, TypedDict

from chassis.clock import Clock, utc_now
from chassis.errors import BadRequest, UnprocessableContent
from chassis.mongo import Database, Document, typed_collection
from contracts.errors import FieldError
from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from tasks_service.schemas import NewTask, StoredTask

COLLECTION: Final = "idempotency_keys"
LIFETIME: Final = timedelta(hours=24)
INDEXES: Final = {COLLECTION: [IndexModel("expiresAt", expireAfterSeconds=0)]}

_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")


class KeyDocument(TypedDict):
    """`_id` is the digest of user, path and key, `body` that of what was sent.

    `task` is the document of the task that the first request made. Times are UTC.
    """

    _id: str
    body: str
    task: Document
    expiresAt: datetime


def idempotency_key(header: str | None) -> str | None:
    """The key in the header, whose quotes do not count; BadRequest unless it is visible ASCII."""
    if header is None:
        return None
    key = header.strip(" \t")
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not _KEY.fullmatch(key):
        fault = FieldError(field="idempotency-key", message="must be 1 to 200 visible ASCII")
        raise BadRequest("Invalid input", errors=[fault])
    return key


class IdempotencyKeys:
    """The keys of all users."""

    def __init__(self, database: Database, now: Clock = utc_now) -> None:
        self._keys = typed_collection(database, COLLECTION, KeyDocument)
        self._now = now

    async def once(
        self,
        key: str,
        new: NewTask,
        task: StoredTask,
        insert: Callable[[StoredTask], Awaitable[None]],
    ) -> tuple[StoredTask, bool]:
        """Insert `task` for this key, or the task that the key stands for already.

        The second value says whether the key was there before. `insert` may raise DuplicateKeyError
        for a task that exists. Raises UnprocessableContent if the key came with another body.
        """
        path = f"{task.user} POST /api/tasks {key}"
        document = KeyDocument(
            _id=hashlib.sha256(path.encode()).hexdigest(),
            body=hashlib.sha256(new.model_dump_json().encode()).hexdigest(),
            task=task.to_document(),
            expiresAt=self._now() + LIFETIME,
        )
        first = await self._first(document)
        if first["body"] != document["body"]:
            raise UnprocessableContent("The Idempotency-Key was used with another body")
        stored = StoredTask.from_document(first["task"])
        with suppress(DuplicateKeyError):
            await insert(stored)
        return stored, stored.id != task.id

    async def _first(self, document: KeyDocument) -> KeyDocument:
        """The document under this key: this one, unless there is one that has not expired."""
        try:
            await self._keys.insert_one(document)
        except DuplicateKeyError:
            found = await self._keys.find_one({"_id": document["_id"]})
            if found is not None and found["expiresAt"] > self._now():
                return found
            # Expired, and not yet removed; of two that come now, one replaces it.
            expired = {"_id": document["_id"], "expiresAt": {"$lte": self._now()}}
            await self._keys.delete_one(expired)
            return await self._first(document)
        return document
