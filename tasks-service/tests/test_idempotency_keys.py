"""Keys: which are taken, for how long, and what is remembered under them."""

from datetime import timedelta

import pytest
from bson import ObjectId
from chassis.clock import utc_now
from chassis.errors import BadRequest, ServiceError, Unavailable
from chassis.mongo import Database
from hypothesis import given
from hypothesis import strategies as st
from tasks_service import idempotency
from tasks_service.idempotency import (
    LIFETIME,
    Answer,
    IdempotencyKeys,
    KeyedRequest,
)
from tasks_service.idempotent_route import idempotency_key
from tasks_service.operation import Operation

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_key_is_free_again_after_its_lifetime(database: Database, user_id: str) -> None:
    async def perform(operation: Operation) -> Answer:
        return Answer(201, {}, str(operation.id))

    request = KeyedRequest(user_id, "/api/tasks", "k-1", b"{}")
    keys = IdempotencyKeys(database, refusals=())
    later = IdempotencyKeys(
        database, refusals=(), now=lambda: utc_now() + LIFETIME + timedelta(seconds=1)
    )
    first, _ = await keys.once(request, perform)
    assert await keys.once(request, perform) == (first, True)
    second, is_replayed = await later.once(request, perform)
    assert (is_replayed, second == first) == (False, False)


async def test_an_answer_too_long_to_be_kept_is_made_anew_by_the_same_operation(
    database: Database, user_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "MAX_ANSWER", 10)

    async def perform(operation: Operation) -> Answer:
        return Answer(200, {}, f"{operation.id} {operation.is_retry}")

    keys = IdempotencyKeys(database, refusals=())
    request = KeyedRequest(user_id, "/api/tasks/undo", "k-1", b"{}")
    first, _ = await keys.once(request, perform)
    again, is_replayed = await keys.once(request, perform)
    assert again.body == first.body.replace("False", "True")
    assert is_replayed


async def test_a_process_that_comes_too_late_with_its_targets_changes_nothing(
    database: Database, user_id: str
) -> None:
    """Another one does it all between its look for the key and its search for the tasks."""
    request = KeyedRequest(user_id, "/api/tasks/bulk", "k-1", b"{}")
    first = ObjectId()

    async def perform_sooner(operation: Operation) -> Answer:
        async def find() -> list[ObjectId]:
            return [first]

        return Answer(200, {}, str(await operation.targets(find)))

    async def perform(operation: Operation) -> Answer:
        async def find() -> list[ObjectId]:
            await IdempotencyKeys(database, refusals=()).once(request, perform_sooner)
            return [first, ObjectId()]

        return Answer(200, {}, str(await operation.targets(find)))

    keys = IdempotencyKeys(database, refusals=(ServiceError,))
    with pytest.raises(Unavailable):
        await keys.once(request, perform)
    assert await keys.once(request, perform) == (Answer(200, {}, str([first])), True)


async def test_what_an_operation_is_about_stays_what_it_was_at_first(
    database: Database, user_id: str
) -> None:
    """A crash comes between: then a filter may match other tasks."""
    found = [[ObjectId()], [ObjectId()]]
    operations: list[Operation] = []

    async def find() -> list[ObjectId]:
        return found[len(operations) - 1]

    async def perform(operation: Operation) -> Answer:
        operations.append(operation)
        assert await operation.targets(find) == found[0]
        if not operation.is_retry:
            raise ConnectionError
        return Answer(200, {}, "{}")

    keys = IdempotencyKeys(database, refusals=())
    request = KeyedRequest(user_id, "/api/tasks/bulk", "k-1", b"{}")
    with pytest.raises(ConnectionError):
        await keys.once(request, perform)
    await keys.once(request, perform)
    assert operations[0].id == operations[1].id


@pytest.mark.parametrize("key", ["", " ", '""', "a b", "é", "k" * 201, "\x7f"])
async def test_a_key_that_is_none_is_refused_by_name(key: str) -> None:
    with pytest.raises(BadRequest) as refused:
        idempotency_key([key])
    assert [fault.field for fault in refused.value.errors or ()] == ["idempotency-key"]


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=2, max_size=200))
async def test_a_key_of_visible_ascii_is_taken_as_it_is(key: str) -> None:
    if not (key[0] == key[-1] == '"'):
        assert idempotency_key([key]) == key
