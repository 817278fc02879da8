"""Idempotency keys: a POST that is sent again has its effect once, and gives its first answer.

`idempotency_keys` holds one `KeyDocument` for each key of a user and path. It is stored *before*
the effect, with the id of the operation, and whoever finds it without an answer, also after a
crash, carries out the operation under that very id: what has been done already is recognised by
it. The answer is added afterwards, and is given again from then on.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, NotRequired, TypedDict

from bson import ObjectId
from chassis.clock import Clock, utc_now
from chassis.errors import Unavailable, UnprocessableContent
from chassis.keyed_locks import KeyedLocks
from chassis.mongo import Database, Document, typed_collection
from pymongo import IndexModel, ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError

from tasks_service.operation import Operation, Targets

COLLECTION: Final = "idempotency_keys"
LIFETIME: Final = timedelta(hours=24)
INDEXES: Final = {COLLECTION: [IndexModel("expiresAt", expireAfterSeconds=0)]}
LONGEST_WAIT: Final = 15.0  # seconds, for the request with the same key before this one
MAX_ANSWER: Final = 250_000
"""Characters of an answer that is kept: the largest task has fewer, however it is escaped.

A retry of an undo with a longer answer performs the same operation, and reads the answer anew.
"""


class KeyedRequest(NamedTuple):
    """A POST with a key; `body` is as it arrived."""

    user_id: str
    path: str
    key: str
    body: bytes


class Answer(NamedTuple):
    """A response of success; `body` is JSON text."""

    status: int
    headers: dict[str, str]
    body: str


class KeyDocument(TypedDict):
    """`_id` is the digest of user, path and key, `body` that of what was sent. Times are UTC.

    `targets` are the tasks that a bulk by filter found the first time, `answer` is an `Answer`.
    The last release stored, in place of the `operation`, the whole `task` that a create made.
    """

    _id: str
    body: str
    operation: ObjectId
    targets: NotRequired[list[ObjectId]]
    answer: NotRequired[dict[str, Any]]
    task: NotRequired[Document]
    expiresAt: datetime


class _KeyedOperation(Operation):
    """Keeps its targets under the key: those that have been changed may no longer be found."""

    def __init__(
        self, keys: AsyncCollection[KeyDocument], key: KeyDocument, *, is_retry: bool
    ) -> None:
        super().__init__(key["operation"], is_retry=is_retry)
        self._keys = keys
        self._key = key

    async def targets(self, find: Callable[[], Awaitable[Targets]]) -> Targets:
        if "targets" in self._key:
            return self._key["targets"]
        found = await find()
        first = {"$ifNull": ["$targets", {"$literal": [*found]}]}
        kept = await self._keys.find_one_and_update(
            _unanswered(self._key),
            [{"$set": {"targets": first}}],
            return_document=ReturnDocument.AFTER,
        )
        if kept is None:
            # Another process has done it meanwhile, to what it found. The next request gets its answer.
            raise Unavailable("Another request with this Idempotency-Key was sooner")
        return kept["targets"]


class IdempotencyKeys:
    """The keys of all users.

    `refusals` are the exceptions that stand for an answer without an effect; such an answer does
    not take the key.
    """

    def __init__(
        self, database: Database, *, refusals: tuple[type[Exception], ...], now: Clock = utc_now
    ) -> None:
        self._keys = typed_collection(database, COLLECTION, KeyDocument)
        self._refusals = refusals
        self._now = now
        self._locks: KeyedLocks[str] = KeyedLocks()

    async def once(
        self, request: KeyedRequest, perform: Callable[[Operation], Awaitable[Answer]]
    ) -> tuple[Answer, bool]:
        """What `perform` answers, or answered to the first request with this key.

        The second value says whether the answer is given again. Requests with one key that come at
        once wait for each other in one process; those in two processes perform the same operation,
        and both get the answer that is stored first. Raises UnprocessableContent if the key came
        with another body, and Unavailable if the request before this one takes too long.
        """
        new = self._key_document(request)
        try:
            async with self._locks.hold(new["_id"], wait_at_most=LONGEST_WAIT):
                return await self._once(new, request.body, perform)
        except TimeoutError:
            raise Unavailable("The first request with this Idempotency-Key is not done") from None

    def _key_document(self, request: KeyedRequest) -> KeyDocument:
        path = f"{request.user_id} POST {request.path} {request.key}"
        return KeyDocument(
            _id=hashlib.sha256(path.encode()).hexdigest(),
            body=_digest(request.body),
            operation=ObjectId(),
            expiresAt=self._now() + LIFETIME,
        )

    async def _once(
        self, new: KeyDocument, body: bytes, perform: Callable[[Operation], Awaitable[Answer]]
    ) -> tuple[Answer, bool]:
        key = await self._first(new)
        if "task" in key:
            key = _of_last_release(key, new, body)
        if key["body"] != new["body"]:
            raise UnprocessableContent("The Idempotency-Key was used with another body")
        if "answer" in key:
            return Answer(**key["answer"]), True
        is_retry = key["operation"] != new["operation"]
        operation = _KeyedOperation(self._keys, key, is_retry=is_retry)
        try:
            answer = await perform(operation)
        except Unavailable:
            raise  # when it is tried again, it is the same operation
        except self._refusals:
            await self._keys.delete_one(_unanswered(key))
            raise
        return await self._keep(key, answer), is_retry

    async def _first(self, new: KeyDocument) -> KeyDocument:
        """The document under this key: this one, unless there is one that has not expired."""
        expired = {"_id": new["_id"], "expiresAt": {"$lte": self._now()}}
        try:
            await self._keys.replace_one(expired, new, upsert=True)
        except DuplicateKeyError:
            found = await self._keys.find_one({"_id": new["_id"]})
            return found or await self._first(new)
        return new

    async def _keep(self, key: KeyDocument, answer: Answer) -> Answer:
        """The answer to give: this one, unless a request in another process was sooner."""
        if len(answer.body) > MAX_ANSWER:
            return answer
        answered: KeyDocument = {**key, "answer": answer._asdict()}
        try:
            # Also where such a request was refused, and has taken the key away.
            await self._keys.replace_one(_unanswered(key), answered, upsert=True)
        except DuplicateKeyError:
            found = await self._keys.find_one({"_id": key["_id"]})
            if found is not None and "answer" in found:
                return Answer(**found["answer"])
        return answer


def _unanswered(key: KeyDocument) -> dict[str, Any]:
    return {"_id": key["_id"], "operation": key["operation"], "answer": {"$exists": False}}


def _digest(body: bytes) -> str:
    """The same for the same JSON, however it is spaced and its members are ordered."""
    try:
        text = json.dumps(json.loads(body), sort_keys=True).encode()
    except (ValueError, RecursionError):  # no JSON: it is refused by whoever reads it
        text = body
    return hashlib.sha256(text).hexdigest()


def _of_last_release(key: KeyDocument, new: KeyDocument, body: bytes) -> KeyDocument:
    """The key as this release stores it: needed for the 24 hours after an upgrade."""
    with suppress(ValueError, AttributeError):  # no JSON, or no object: it was not sent before
        task, sent = key["task"], json.loads(body)
        fields = ("title", "status", "description")
        if all(str(sent.get(field, "")).strip() == task[field] for field in fields):
            return {**key, "operation": task["_id"], "body": new["body"]}
    return key
