"""Structured logs: JSON lines in containers, coloured in a terminal; never a secret in them.

Every field is cut to `MAX_CHARACTERS`, so that a request cannot fill a disk with its own text.
"""

import logging
import socket
import sys
import traceback
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Literal

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

from chassis.log_writer import LogWriter
from chassis.spans import current_ids

MAX_CHARACTERS: Final = 500  # of one field, written out
MAX_TRACEBACK_CHARACTERS: Final = 8000
MAX_MEMBERS: Final = 20  # of one list or mapping
MAX_DEPTH: Final = 5  # of lists and mappings in each other

REMINDER_INTERVAL: Final = 60.0  # seconds

_SECRET_WORDS = ("token", "password", "secret", "cookie", "authorization", "email", "uri")
_NOISY_LOGGERS = ("aio_pika", "pymongo", "asyncio", "uvicorn.error")


def _add_span(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The names are OpenTelemetry's for logs that are not its own."""
    if ids := current_ids():
        event["trace_id"], event["span_id"] = ids
    return event


def _hide_and_cut(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hide what has a secret's name, and cut what is long."""
    return {key: _logged(key, value) for key, value in event.items()}


def _logged(key: object, value: object, depth: int = MAX_DEPTH) -> object:
    if _names_a_secret(_cut(str(key))):
        return "[hidden]"
    if isinstance(value, str):
        return _cut(value)
    if isinstance(value, int):
        return value if abs(value) < 2**63 else _cut(hex(value))
    if value is None or isinstance(value, float) or key == "exc_info":
        return value
    if isinstance(value, dict | list | tuple):
        return _logged_members(value, depth) if depth else "[...]"
    return _cut(repr(value))


def _logged_members(
    value: dict[object, object] | list[object] | tuple[object, ...], depth: int
) -> object:
    if isinstance(value, dict):
        first = list(value.items())[:MAX_MEMBERS]
        return {_cut(str(name)): _logged(name, inner, depth - 1) for name, inner in first}
    return [_logged("", inner, depth - 1) for inner in value[:MAX_MEMBERS]]


def _cut(text: str) -> str:
    return text if len(text) <= MAX_CHARACTERS else f"{text[:MAX_CHARACTERS]}... ({len(text)})"


def _traceback(exc_info: ExcInfo) -> str:
    """The frames and types of an exception and of its causes, the last part of them if they are long.

    Not their messages, which may quote what a user has stored: those of pymongo and pydantic do.
    """
    return "".join(_parts(exc_info[1]))[-MAX_TRACEBACK_CHARACTERS:]


def _parts(error: BaseException, depth: int = MAX_DEPTH) -> Iterator[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    for other in (*inner[:MAX_MEMBERS], *([cause] if cause else [])):
        if depth:
            yield from _parts(other, depth - 1)
            yield "\nand then\n\n"
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}\n"


@lru_cache(maxsize=1024)  # the same few names come with every line
def _names_a_secret(key: str) -> bool:
    return any(word in key.lower() for word in _SECRET_WORDS)


class Repetitions(logging.Filter):
    """Lets the same message through once a minute."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        since = record.created - REMINDER_INTERVAL
        self._shown = {said: at for said, at in self._shown.items() if at > since}
        message = record.getMessage()
        if message in self._shown:
            return False
        self._shown[message] = record.created
        return True


class _FirstLine(logging.Filter):
    """Drops what asyncio writes below its sentence: objects, among them exceptions with messages."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = record.getMessage().partition("\n")[0], ()
        return True


class _AbandonedLookup(logging.Filter):
    """Drops the failed look-up of a name for a connection that was given up in the meantime.

    uvloop goes on with it, and nobody hears of its failure (MagicStack/uvloop#590). Who gave up has
    said so already.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        unheard = record.getMessage().startswith("Future exception was never retrieved")
        return not (unheard and isinstance(error, socket.gaierror))


_OF_ASYNCIO: Final = (_AbandonedLookup(), _FirstLine())


def configure_logs(
    service: str,
    *,
    level: str = "info",
    log_format: Literal["auto", "json", "console"] = "auto",
) -> None:
    """Send structlog's and the standard library's records to stdout, one line each."""
    writer = LogWriter(sys.stdout)
    coloured = log_format == "console" or (log_format == "auto" and sys.stdout.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        _add_span,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _hide_and_cut,
    ]
    rendered: list[Processor] = [
        structlog.processors.ExceptionRenderer(_traceback),
        structlog.dev.ConsoleRenderer() if coloured else structlog.processors.JSONRenderer(),
    ]
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, *rendered],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=lambda *_: writer,
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)

    handler = logging.StreamHandler(writer)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(threshold)
    for name in _NOISY_LOGGERS:
        logging.getLogger(name).setLevel(max(threshold, logging.WARNING))
    for of_asyncio in _OF_ASYNCIO:
        logging.getLogger("asyncio").addFilter(of_asyncio)
    # aiormq writes a traceback for each lost connection; chassis.rabbit writes one line.
    logging.getLogger("aiormq").setLevel(logging.CRITICAL)


def flush_logs() -> None:
    """Write the lines that wait, as at the end of a process that a signal ends."""
    for handler in logging.getLogger().handlers:
        handler.flush()
