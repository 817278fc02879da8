"""Logs: one line of JSON each, the standard library's too, and no secret in them."""

import asyncio
import gc
import json
import logging
import socket
from contextlib import suppress
from typing import Any, Literal

import pytest
import structlog
import uvloop
from chassis.logs import configure_logs
from chassis_helpers.logs import lines
from devstack.testing import eventually
from structlog.contextvars import bound_contextvars

pytestmark = pytest.mark.usefixtures("unconfigured_logs")

SECRET_KEYS = ["token", "accessToken", "PASSWORD", "jwt_secret", "Set-Cookie", "Authorization"]
SECRET_KEYS += ["email", "mongo_uri", "refresh_tokens"]


def test_a_line_is_json_with_time_level_service_and_what_is_bound(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs("note-service", log_format="json")
    with bound_contextvars(requestId="page-1"):
        structlog.get_logger().warning("something", count=3)
    (line,) = lines(capsys)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "something",
        "level": "warning",
        "service": "note-service",
        "requestId": "page-1",
        "count": 3,
    }


def test_the_standard_librarys_lines_look_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("note-service", log_format="json")
    logging.getLogger("somebody.else").warning("%d things\nlost", 3)
    (line,) = lines(capsys)
    assert (line["event"], line["level"], line["service"]) == (
        "3 things\nlost",
        "warning",
        "note-service",
    )


@pytest.mark.parametrize("key", SECRET_KEYS)
def test_the_value_of_a_secret_is_hidden_at_any_depth(
    capsys: pytest.CaptureFixture[str], key: str
) -> None:
    configure_logs("note-service", log_format="json")
    log = structlog.get_logger()
    log.info("flat", **{key: "hunter2"})
    log.info("deep", request={"headers": [{key: "hunter2", "path": "/x"}]})
    out = capsys.readouterr().out
    assert "hunter2" not in out
    assert out.count("[hidden]") == 2
    assert "/x" in out


def test_a_secret_bound_to_the_context_is_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("note-service", log_format="json")
    with bound_contextvars(password="hunter2"):
        structlog.get_logger().info("something")
        logging.getLogger("somebody.else").warning("something")
    assert "hunter2" not in capsys.readouterr().out


def _sign_in(password: str) -> None:
    cause = ExceptionGroup(password, [ValueError(password)])
    raise PermissionError(f"refused: {password}") from cause


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_a_traceback_shows_where_and_what_failed_and_neither_messages_nor_local_values(
    capsys: pytest.CaptureFixture[str], log_format: Literal["json", "console"]
) -> None:
    configure_logs("note-service", log_format=log_format)
    try:
        _sign_in("hunter" + str(2))
    except PermissionError:
        structlog.get_logger().exception("it failed")
        logging.getLogger("somebody.else").exception("it failed")
    out = capsys.readouterr().out
    assert out.count("builtins.PermissionError") == out.count("builtins.ValueError") == 2
    assert out.count("in _sign_in") >= 2
    assert "hunter2" not in out
    assert log_format == "console" or len(out.splitlines()) == 2


def test_a_level_below_the_threshold_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("note-service", level="warning", log_format="json")
    structlog.get_logger().info("chatter")
    logging.getLogger("somebody.else").info("chatter")
    assert capsys.readouterr().out == ""


def test_the_drivers_chatter_is_silent_at_info(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("note-service", level="info", log_format="json")
    logging.getLogger("pymongo.command").info("chatter")
    logging.getLogger("aio_pika").info("chatter")
    assert capsys.readouterr().out == ""


async def test_an_exception_that_nobody_awaited_is_logged_without_its_message(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs("note-service", log_format="json")
    future = asyncio.get_running_loop().create_future()
    future.set_exception(ValueError("hunter2"))
    del future
    gc.collect()
    (line,) = lines(capsys)
    assert line["event"] == "Future exception was never retrieved"
    assert line["exception"].endswith("builtins.ValueError\n")
    assert "hunter2" not in json.dumps(line)


def test_a_lookup_that_fails_after_its_caller_gave_up_is_no_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs("note-service", log_format="json")
    unheard = list[dict[str, Any]]()

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        unheard.append(context)
        loop.default_exception_handler(context)

    async def give_up() -> None:
        asyncio.get_running_loop().set_exception_handler(handle)
        # No server is asked of a port by name.
        connecting = asyncio.create_task(asyncio.open_connection("localhost", "no-such-service"))
        await asyncio.sleep(0)  # the look-up has begun
        connecting.cancel()
        with suppress(asyncio.CancelledError):
            await connecting
        del connecting
        await eventually(lambda: gc.collect() >= 0 and unheard)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(give_up())
    assert isinstance(unheard[0]["exception"], socket.gaierror)
    assert capsys.readouterr().out == ""
