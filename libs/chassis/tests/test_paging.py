"""Cursors: what was encoded comes back, and nothing else is accepted. Numbers in a query."""

import base64
import re
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from chassis.errors import BadRequest
from chassis.paging import Cursors, WholeNumber
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError


class Position(NamedTuple):
    timestamp: datetime
    version: int
    id: str


SECRET = "a-secret-of-the-tests-alone-0123456789"
codec = Cursors(Position, purpose="activity", secrets=[SECRET])
CURSOR = codec.encode(Position(datetime(2026, 11, 22, tzinfo=UTC), 3, "event"))

positions = st.builds(
    Position,
    st.datetimes(timezones=st.just(UTC)),
    st.integers(min_value=0, max_value=2**63 - 1),
    st.text(max_size=64),
)


@given(positions)
def test_a_position_comes_back_from_its_cursor(position: Position) -> None:
    cursor = codec.encode(position)
    assert codec.decode(cursor) == position
    assert re.fullmatch(r"[A-Za-z0-9._-]+", cursor), "it goes into a query as it is"


@given(positions, st.text(), st.text())
def test_a_cursor_is_of_one_list(position: Position, one: str, other: str) -> None:
    cursor = codec.encode(position, of=one)
    assert codec.decode(cursor, of=one) == position
    if other != one:
        with pytest.raises(BadRequest):
            codec.decode(cursor, of=other)


@given(st.text())
def test_no_other_text_is_a_cursor(text: str) -> None:
    with pytest.raises(BadRequest):
        codec.decode(text)


@given(st.integers(0, len(CURSOR) - 1), st.characters(codec="ascii"))
def test_a_cursor_with_one_character_changed_is_refused(index: int, character: str) -> None:
    changed = CURSOR[:index] + character + CURSOR[index + 1 :]
    if changed != CURSOR:
        with pytest.raises(BadRequest):
            codec.decode(changed)


@pytest.mark.parametrize(
    "changed", ["", "=", CURSOR + "=", CURSOR + "A", CURSOR[:-1], " " + CURSOR, CURSOR + "\n", "é"]
)
def test_a_cursor_cut_or_lengthened_is_refused(changed: str) -> None:
    with pytest.raises(BadRequest) as refused:
        codec.decode(changed)
    assert refused.value.errors is not None
    assert refused.value.errors[0].field == "cursor"


def test_another_spelling_of_the_same_signature_is_refused() -> None:
    signature = CURSOR.rpartition(".")[2]
    padding = "=" * (-len(signature) % 4)
    raw = base64.urlsafe_b64decode(signature + padding)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twins = [signature[:-1] + last for last in alphabet if signature[-1] != last]
    same = [twin for twin in twins if base64.urlsafe_b64decode(twin + padding) == raw]
    assert same, "the example has bits to spare in its last character"
    for twin in same:
        with pytest.raises(BadRequest):
            codec.decode(CURSOR.removesuffix(signature) + twin)


def test_a_cursor_of_another_list_or_another_secret_is_refused() -> None:
    other_list = Cursors(Position, purpose="tasks", secrets=[SECRET])
    other_secret = Cursors(Position, purpose="activity", secrets=["another" * 6])
    for other in (other_list, other_secret):
        with pytest.raises(BadRequest):
            other.decode(CURSOR)


def test_a_cursor_signed_with_the_fallback_is_good_until_that_is_gone() -> None:
    rotated = Cursors(Position, purpose="activity", secrets=["another" * 6, SECRET])
    position = rotated.decode(CURSOR)
    assert position == codec.decode(CURSOR)
    new = rotated.encode(position)
    assert Cursors(Position, purpose="activity", secrets=["another" * 6]).decode(new) == position
    for changed in ("A" + CURSOR[1:], CURSOR + "=", CURSOR[:-1]):
        with pytest.raises(BadRequest):
            rotated.decode(changed)


NUMBER: TypeAdapter[int] = TypeAdapter(WholeNumber)


@given(st.integers())
def test_a_whole_number_of_any_size_is_read(number: int) -> None:
    assert NUMBER.validate_python(str(number)) == number


@pytest.mark.parametrize("text", ["+5", "005"])
def test_a_sign_and_leading_zeros_are_allowed(text: str) -> None:
    assert NUMBER.validate_python(text) == 5


@pytest.mark.parametrize(
    "text", ["", " ", "5 ", " 5", "5\n", "1.0", "1_0", "1e3", "0x1", "٥", "５", "NaN", "9" * 5000]
)
def test_whatever_else_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        NUMBER.validate_python(text)
