import pytest
from hypothesis import given
from hypothesis import strategies as st
from tasks_service.preconditions import IfMatch, etag


def allows(*headers: str, version: int = 3) -> bool:
    condition = IfMatch.parse(headers)
    assert condition is not None
    return condition.allows(version)


def test_without_the_header_there_is_no_condition() -> None:
    assert IfMatch.parse([]) is None


@pytest.mark.parametrize(
    "headers",
    [
        ['"3"'],
        ["*"],
        [" * "],
        ['"1", "3"'],
        ['"1","3"'],
        ['"1", , "3",'],
        ['W/"3"'],
        ['"1", W/"3"'],
        ['"1"', '"3"'],
        ['"a,b", "3"'],
    ],
)
def test_the_current_version_is_matched(headers: list[str]) -> None:
    assert allows(*headers)


@pytest.mark.parametrize(
    "headers",
    [
        ['"2"'],
        ['W/"2"'],
        ['w/"3"'],
        ["3"],
        ['"03"'],
        ['" 3"'],
        ['"3'],
        [""],
        [","],
        ['"1" "3"'],
        ['"3", *'],
        ["*", "*"],
        ['"3"', "oops"],
        ['"a,"3",b"'],
    ],
)
def test_anything_else_matches_nothing(headers: list[str]) -> None:
    assert not allows(*headers)


@given(st.integers(min_value=1), st.lists(st.integers(min_value=1)))
def test_a_list_matches_exactly_the_versions_in_it(version: int, named: list[int]) -> None:
    header = ", ".join(etag(number) for number in named)
    assert allows(header, version=version) == (version in named)


@given(st.lists(st.text(max_size=40), min_size=1, max_size=3), st.integers(min_value=1))
def test_no_text_makes_the_parser_fail(headers: list[str], version: int) -> None:
    allows(*headers, version=version)
