"""Request ids and traces as they come in."""

import re

import pytest
from chassis.tracing import (
    current_request_id,
    current_traceparent,
    request_id_from,
    traceparent_from,
)
from hypothesis import given
from hypothesis import strategies as st
from structlog.contextvars import bound_contextvars

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"


@given(st.from_regex(r"[A-Za-z0-9._-]{1,64}", fullmatch=True))
def test_a_sane_request_id_is_kept(request_id: str) -> None:
    assert request_id_from(request_id) == request_id


@pytest.mark.parametrize("bad", [None, "", "a" * 65, "a b", "a\n", "ü", "a/b", "a,b", '"a"'])
def test_any_other_gets_a_new_one(bad: str | None) -> None:
    first, second = request_id_from(bad), request_id_from(bad)
    assert first != second
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", first)


def test_a_trace_goes_on_under_a_new_span_with_its_flags() -> None:
    child = traceparent_from(PARENT)
    version, trace, span, flags = child.split("-")
    assert (version, trace, flags) == ("00", "4bf92f3577b34da6a3ce929d0e0e4736", "00")
    assert re.fullmatch(r"[0-9a-f]{16}", span)
    assert span != "00f067aa0ba902b7"


@pytest.mark.parametrize(
    "bad",
    [
        None,
        "",
        "00",
        PARENT.upper(),
        PARENT + "-00",
        PARENT + "\n",
        "ff" + PARENT[2:],
        f"00-{'0' * 32}-00f067aa0ba902b7-01",
        f"00-4bf92f3577b34da6a3ce929d0e0e4736-{'0' * 16}-01",
    ],
)
def test_anything_else_begins_a_new_trace(bad: str | None) -> None:
    trace = traceparent_from(bad)
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", trace)
    assert "4bf92f3577b34da6a3ce929d0e0e4736" not in trace
    assert "0" * 16 not in trace


def test_outside_a_request_there_is_neither() -> None:
    assert current_request_id() is None
    assert current_traceparent() is None


def test_inside_one_both_are_known() -> None:
    with bound_contextvars(requestId="r", traceparent=PARENT):
        assert (current_request_id(), current_traceparent()) == ("r", PARENT)
