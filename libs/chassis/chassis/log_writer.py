"""Log lines on their way to a stream: while an event loop runs, those of 50 ms are written together."""

import asyncio
import atexit
import threading
from collections import deque
from typing import Final, TextIO

GATHER_SECONDS: Final = 0.05  # from the first of the lines that are written together


class LogWriter:
    """A logger for structlog, and a stream for the standard library's handler.

    A write for each line, and waking up who reads it, took some 6 % of a list's processor time. A
    warning, and all that is worse, is written at once, behind the lines that wait. Where no
    event loop runs, every line is. A process that is killed loses the lines that wait.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._waiting: deque[str] = deque()
        self._flushed_by: asyncio.AbstractEventLoop | None = None
        # A garbage collection may begin in the middle of a flush, and then a finaliser may log.
        self._lock = threading.RLock()
        self._is_writing = False
        atexit.register(self.flush)

    def info(self, line: str) -> None:
        """Write the line with those that follow within `GATHER_SECONDS`."""
        self._waiting.append(line + "\n")
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.flush()
            return
        if self._flushed_by is not loop:
            self._flushed_by = loop
            loop.call_later(GATHER_SECONDS, self.flush)

    def warning(self, line: str) -> None:
        """Write the line now."""
        self._waiting.append(line + "\n")
        self.flush()

    debug = info
    error = critical = warning

    def write(self, text: str) -> None:
        """Write the text with the next `flush`."""
        self._waiting.append(text)

    def flush(self) -> None:
        """Write what waits. What is logged in the middle of it, in this thread, is written as well."""
        with self._lock:
            if self._is_writing:
                return
            self._is_writing = True
            self._flushed_by = None
            try:
                while text := self._taken():
                    self._stream.write(text)
                    self._stream.flush()
            finally:
                self._is_writing = False

    def _taken(self) -> str:
        lines = []
        while self._waiting:
            lines.append(self._waiting.popleft())
        return "".join(lines)
