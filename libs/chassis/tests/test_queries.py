"""Values of a query: numbers are numbers, and nothing that only looks like one."""

import pytest
from chassis.queries import WholeNumber
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

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
