"""Log lines are written together while an event loop runs, and none of them is kept back for good."""

import asyncio
import io
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from chassis.log_writer import LogWriter
from devstack.testing import eventually


class Writes(io.StringIO):
    """A stream that remembers what each write had."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[str] = []

    def write(self, text: str) -> int:
        self.all.append(text)
        return super().write(text)


@pytest.fixture
def stream() -> Writes:
    return Writes()


@pytest.fixture
def writer(stream: Writes) -> LogWriter:
    return LogWriter(stream)


async def test_lines_that_follow_each_other_closely_are_written_together(
    stream: Writes, writer: LogWriter
) -> None:
    writer.info("one")
    writer.info("two")
    assert stream.all == []
    await eventually(lambda: stream.all)
    assert stream.all == ["one\ntwo\n"]
    writer.info("three")
    await eventually(lambda: stream.all[1:])
    assert stream.all == ["one\ntwo\n", "three\n"]


async def test_a_warning_is_written_at_once_behind_what_waits(
    stream: Writes, writer: LogWriter
) -> None:
    writer.info("one")
    writer.warning("two")
    assert stream.all == ["one\ntwo\n"]
    writer.info("three")
    await eventually(lambda: stream.all[1:])


async def test_the_standard_librarys_text_is_written_behind_what_waits(
    stream: Writes, writer: LogWriter
) -> None:
    writer.info("one")
    writer.write("two\n")
    writer.flush()
    assert stream.all == ["one\ntwo\n"]


def test_without_event_loop_a_line_is_written_at_once(stream: Writes, writer: LogWriter) -> None:
    writer.info("one")
    assert stream.all == ["one\n"]


async def test_a_line_of_another_thread_is_written_at_once_with_what_waits(
    stream: Writes, writer: LogWriter
) -> None:
    writer.info("one")
    await asyncio.to_thread(writer.info, "two")
    assert stream.all == ["one\ntwo\n"]


class Noisy(Writes):
    """A stream in which something logs while it is written to, as a finaliser may."""

    def __init__(self) -> None:
        super().__init__()
        self.log: Callable[[], None] | None = None

    def write(self, text: str) -> int:
        if self.log:
            log, self.log = self.log, None
            log()
        return super().write(text)


@pytest.mark.parametrize("level", ["info", "warning"])
async def test_what_is_logged_in_the_middle_of_a_write_is_written_behind_it(level: str) -> None:
    stream = Noisy()
    writer = LogWriter(stream)
    stream.log = partial(getattr(writer, level), "two")
    writer.warning("one")
    assert stream.all == ["one\n", "two\n"]


def test_lines_of_many_threads_are_all_written(stream: Writes, writer: LogWriter) -> None:
    def say(thread: int) -> None:
        for number in range(200):
            writer.info(f"{thread} {number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(say, range(8)))
    written = stream.getvalue().splitlines()
    assert sorted(written) == sorted(
        f"{thread} {number}" for thread in range(8) for number in range(200)
    )


def test_lines_of_a_loop_that_has_ended_are_written_by_the_next(
    stream: Writes, writer: LogWriter
) -> None:
    async def say(line: str, *, wait: bool) -> None:
        writer.info(line)
        if wait:
            await eventually(lambda: stream.all)

    asyncio.run(say("one", wait=False))
    assert stream.all == []
    asyncio.run(say("two", wait=True))
    assert stream.all == ["one\ntwo\n"]


def test_what_waits_is_written_at_the_end_of_the_process() -> None:
    program = """
import asyncio, sys
from chassis.log_writer import LogWriter
async def main(): LogWriter(sys.stdout).info("the last line")
asyncio.run(main())
"""
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert ended.stdout == "the last line\n"
