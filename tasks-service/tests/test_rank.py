"""Ranks as texts, apart from any store."""

from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId
from devstack.testing import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from tasks_service.rank import DIGITS, MAX_LENGTH, NoRoom, first_rank, rank_between

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)
ABOVE = first_rank(NOON, ObjectId())
BELOW = first_rank(NOON - A_SECOND, ObjectId())

object_ids = st.binary(min_size=12, max_size=12).map(ObjectId)
moments = st.datetimes(timezones=st.just(UTC))
ranks = st.text(DIGITS, min_size=1, max_size=40).map(lambda text: text + "V")


@given(moments, object_ids, moments, object_ids)
def test_of_two_new_tasks_the_newer_is_on_top(
    first: datetime, first_id: ObjectId, second: datetime, second_id: ObjectId
) -> None:
    in_range = [datetime(1970, 1, 1, tzinfo=UTC), datetime(8888, 1, 1, tzinfo=UTC)]
    first, second = (sorted([*in_range, moment])[1] for moment in (first, second))
    millis = [
        moment.replace(microsecond=moment.microsecond // 1000 * 1000) for moment in (first, second)
    ]
    older, newer = sorted(zip(millis, (first_id.binary[4:], second_id.binary[4:]), strict=True))
    expected = older != newer
    ids = {first_id.binary[4:]: first_id, second_id.binary[4:]: second_id}
    on_top = first_rank(newer[0], ids[newer[1]])
    assert (on_top < first_rank(older[0], ids[older[1]])) == expected
    assert not on_top.endswith("0")


@pytest.mark.parametrize("year", [1, 1969, 9999])
def test_a_time_that_no_clock_shows_has_a_rank_too(year: int) -> None:
    assert len(first_rank(datetime(year, 12, 31, tzinfo=UTC), ObjectId("0" * 24))) == 19


@given(ranks, ranks)
def test_between_any_two_ranks_is_another(one: str, other: str) -> None:
    above, below = sorted([one, other])
    if above == below:
        return
    for rank in (rank_between(above, below), rank_between(above, None), rank_between("", above)):
        assert len(rank) <= 43
        assert not rank.endswith("0")
    assert above < rank_between(above, below) < below
    assert rank_between(above, None) > above
    assert rank_between("", above) < above


@given(st.text(min_size=1), st.text(min_size=1))
def test_ranks_that_are_none_do_no_harm(above: str, below: str) -> None:
    try:
        rank = rank_between(above, below)
    except NoRoom:
        return
    assert above < rank < below


@pytest.mark.parametrize("moves_down", [True, False])
def test_thousands_of_moves_to_one_place_find_room(moves_down: bool) -> None:
    above, below = ABOVE, BELOW
    for _ in range(5000):
        rank = rank_between(above, below)
        assert above < rank < below
        above, below = (rank, below) if moves_down else (above, rank)
    assert len(rank) < 30


def test_thousands_of_moves_to_the_bottom_or_above_a_clock_that_is_ahead_find_room() -> None:
    bottom, top = BELOW, ABOVE
    for _ in range(5000):
        bottom, top = rank_between(bottom, None), rank_between("", top)
    assert len(bottom) < 30
    assert len(top) < 30


@settings(max_examples=examples(10, 1000), deadline=None)
@given(st.lists(st.booleans(), min_size=800, max_size=800))
def test_eight_hundred_moves_each_beside_the_last_find_room_whatever_the_side(
    sides: list[bool],
) -> None:
    above, below = ABOVE, BELOW
    for is_upper in sides:
        rank = rank_between(above, below)
        assert above < rank < below
        above, below = (above, rank) if is_upper else (rank, below)


def test_where_there_is_no_room_left_there_is_no_rank() -> None:
    with pytest.raises(NoRoom):
        rank_between("V", "V" + "0" * (MAX_LENGTH - 1) + "1")
