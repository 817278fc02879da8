"""However much is logged, and whatever it is, a line stays a line of bounded length."""

import json
import logging

import pytest
import structlog
from chassis.logs import configure_logs
from chassis_helpers.logs import lines
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.contextvars import bound_contextvars

pytestmark = pytest.mark.usefixtures("unconfigured_logs")


@pytest.mark.parametrize(
    "value",
    [
        "a" * 60_000,
        "\u00e9" * 60_000,
        b"a" * 60_000,
        10**10_000,
        ["a" * 60_000] * 3,
        ["a"] * 60_000,
        {"a" * 60_000: "b"},
        {str(number): number for number in range(60_000)},
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_field_is_cut(capsys: pytest.CaptureFixture[str], value: object) -> None:
    configure_logs("note-service", log_format="json")
    log = structlog.get_logger()
    log.info("request", path=value)
    log.info("request", nested={"path": [value]})
    with bound_contextvars(requestId=value):
        log.info("request")
    logging.getLogger("somebody.else").warning("it was %s", value)
    assert all(len(json.dumps(line)) < 8_000 for line in lines(capsys))


def test_lists_in_lists_without_end_are_cut(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("note-service", log_format="json")
    endless: list[object] = []
    endless.append(endless)
    structlog.get_logger().info("request", path=endless)
    assert len(capsys.readouterr().out) < 500


def test_a_long_traceback_keeps_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    def deeper(levels: int) -> None:
        if levels == 0:
            raise ConnectionError
        try:
            deeper(levels - 1)
        except ConnectionError as error:
            raise ConnectionError from error

    configure_logs("note-service", log_format="json")
    try:
        deeper(200)
    except ConnectionError:
        structlog.get_logger().exception("it failed")
    (line,) = lines(capsys)
    assert len(line["exception"]) <= 8_000
    assert line["exception"].endswith("builtins.ConnectionError\n")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(event=st.text(), value=values)
def test_whatever_is_logged_is_one_line_of_json(
    capsys: pytest.CaptureFixture[str], event: str, value: object
) -> None:
    configure_logs("note-service", log_format="json")
    structlog.get_logger().info(event, value=value)
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert json.loads(out)["event"] == event
