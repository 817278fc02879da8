"""Log lines on their way to a stream: while an event loop runs, those of 50 ms are written together."""

import asyncio
import atexit
import threading
from typing import Final, TextIO

GATHER_SECONDS: Final = 0.05  # from the first of the lines that are written together


class LogWriter:
    """A logger for structlog, and a stream for the standard library's handler.

    A write for each request, and waking up who reads it, took a tenth of a request's processor
    time. A warning, and all that is worse, is written at once, behind the lines that wait. Where no
    event loop runs, every line is. A process that is killed loses the lines that wait.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._waiting: list[str] = []
        self._flushed_by: asyncio.AbstractEventLoop | None = None
        atexit.register(self.flush)

    def info(self, line: str) -> None:
        """Write the line with those that follow within `GATHER_SECONDS`."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.warning(line)
            return
        with self._lock:
            self._waiting.append(line + "\n")
            is_first_here = self._flushed_by is not loop
            self._flushed_by = loop
        if is_first_here:
            loop.call_later(GATHER_SECONDS, self.flush)

    def warning(self, line: str) -> None:
        """Write the line now."""
        self.write(line + "\n")
        self.flush()

    debug = info
    error = critical = warning

    def write(self, text: str) -> None:
        """Write the text with the next `flush`."""
        with self._lock:
            self._waiting.append(text)

    def flush(self) -> None:
        """Write what waits."""
        with self._lock:
            text, self._waiting, self._flushed_by = "".join(self._waiting), [], None
            if text:
                self._stream.write(text)
                self._stream.flush()
