"""The mark that says Redis knows every revocation."""

import pytest
from contracts.blacklist import READY_KEY, ReadyMark, blacklist_key
from hypothesis import given
from hypothesis import strategies as st


def test_the_keys_have_their_names() -> None:
    assert blacklist_key("abc") == "blacklist:abc"
    assert READY_KEY == "blacklist:ready"


@given(st.text(min_size=1), st.integers(min_value=0))
def test_a_mark_comes_back_from_its_value(run_id: str, renewed_at: int) -> None:
    mark = ReadyMark(run_id, renewed_at)
    assert ReadyMark.decode(mark.encode()) == mark


@pytest.mark.parametrize(
    "value", ["", "1", ":", ":5", "run", "run:", "run:-1", "run:1.5", "run:five", "run:²", "run:٣"]
)
def test_anything_else_is_no_mark(value: str) -> None:
    assert ReadyMark.decode(value) is None
