"""The two identifiers that follow a request everywhere: its own id and its W3C trace.

Both live in structlog's context variables, so every log line carries them, and every client and
publisher reads them from there. They are there whether or not spans are made (`chassis.spans`).
"""

import re
import secrets
from typing import NamedTuple

from structlog.contextvars import get_contextvars

_SANE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_NO_TRACE = "0" * 32
_NO_SPAN = "0" * 16


class Traceparent(NamedTuple):
    """The parts of a `traceparent`, in hexadecimal."""

    trace_id: str
    span_id: str
    flags: str

    def __str__(self) -> str:
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"


def request_id_from(header: str | None) -> str:
    """The client's request id if it is sane (1–64 of `[A-Za-z0-9._-]`), else a new one."""
    if header is not None and _SANE_REQUEST_ID.fullmatch(header):
        return header
    return secrets.token_hex(16)


def parse_traceparent(header: str | None) -> Traceparent | None:
    """None for what is malformed, or of a version that is not known: such a header is ignored."""
    match = _TRACEPARENT.fullmatch(header) if header is not None else None
    if match is None or match[1] == _NO_TRACE or match[2] == _NO_SPAN:
        return None
    return Traceparent(match[1], match[2], match[3])


def traceparent_from(header: str | None) -> str:
    """A child of the caller's trace, or a new trace (W3C Trace Context, section 3.2).

    A new one is not sampled: nobody records it.
    """
    parent = parse_traceparent(header)
    if parent is None:
        fresh = secrets.token_hex(24)
        return f"00-{fresh[:32]}-{fresh[32:]}-00"
    return f"00-{parent.trace_id}-{secrets.token_hex(8)}-{parent.flags}"


def current_request_id() -> str | None:
    """The id of the request being served, None outside of one."""
    value = get_contextvars().get("requestId")
    return value if isinstance(value, str) else None


def current_traceparent() -> str | None:
    """The trace of the request being served, None outside of one."""
    value = get_contextvars().get("traceparent")
    return value if isinstance(value, str) else None
