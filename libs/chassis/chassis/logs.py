"""Structured logs: JSON lines in containers, coloured in a terminal; never a secret in them."""

import logging
import sys
from functools import lru_cache
from typing import Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_SECRET_WORDS = ("token", "password", "secret", "cookie", "authorization", "email", "uri")
_NOISY_LOGGERS = ("aio_pika", "pymongo", "asyncio", "uvicorn.error")


def _hide_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        if isinstance(value, dict | list | tuple) or _names_a_secret(key):
            return {key: _hidden(key, value) for key, value in event.items()}
    return event  # nearly every line


def _hidden(key: object, value: object) -> object:
    if _names_a_secret(str(key)):
        return "[hidden]"
    if isinstance(value, dict):
        return {name: _hidden(name, inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden("", inner) for inner in value]
    return value


@lru_cache(maxsize=1024)  # the same few names come with every line
def _names_a_secret(key: str) -> bool:
    return any(word in key.lower() for word in _SECRET_WORDS)


def configure_logs(
    service: str,
    *,
    level: str = "info",
    log_format: Literal["auto", "json", "console"] = "auto",
) -> None:
    """Send structlog's and the standard library's records to stdout, one line each."""
    coloured = log_format == "console" or (log_format == "auto" and sys.stdout.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _hide_secrets,
    ]
    # The default way to show a traceback, where the package rich is found, shows local variables.
    console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    rendered: list[Processor] = (
        [console]
        if coloured
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, *rendered],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)

    handler = logging.StreamHandler(sys.stdout)
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
    # aiormq writes a traceback for each lost connection; chassis.rabbit writes one line.
    logging.getLogger("aiormq").setLevel(logging.CRITICAL)
