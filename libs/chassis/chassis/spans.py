"""Spans where no instrumentation library sees what happens: a request, and an event on its way.

Without a tracer, which `chassis.telemetry` gives while tracing is on, none of this does anything.
Attributes have the names of OpenTelemetry's semantic conventions and hold nothing that a client
chose: no path, query, address or header, and no message of an exception.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, Self

from opentelemetry import context
from opentelemetry.context import Context
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    get_current_span,
    set_span_in_context,
)

from chassis.tracing import Traceparent, parse_traceparent

__all__ = [
    "Attributes",
    "ServerSpan",
    "SpanKind",
    "batch_span",
    "current_ids",
    "event_span",
    "use_tracer",
]

_METHODS: Final = frozenset(
    ("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH")
)

Attributes = Mapping[str, str | int]

_tracer: Tracer | None = None


def use_tracer(tracer: Tracer | None) -> None:
    """Make spans with this tracer from now on; none with None."""
    global _tracer  # noqa: PLW0603 — as with logs, the process has one
    _tracer = tracer


def current_ids() -> tuple[str, str] | None:
    """The ids of the current trace and span in hexadecimal; None outside of one, or without tracing."""
    if _tracer is None:
        return None
    span = get_current_span().get_span_context()
    return (f"{span.trace_id:032x}", f"{span.span_id:016x}") if span.is_valid else None


class ServerSpan:
    """The span of one request, current until it ends."""

    def __init__(self, span: Span, method: str) -> None:
        self._span = span
        self._method = method
        self._token = context.attach(set_span_in_context(span))

    @classmethod
    def start(cls, method: str, traceparent: str | None) -> Self | None:
        """Of the trace that the caller's header names, else of a new one. None without tracing."""
        if _tracer is None:
            return None
        method = method if method in _METHODS else "_OTHER"
        span = _tracer.start_span(
            _name(method),
            _context_of(traceparent) or Context(),
            kind=SpanKind.SERVER,
            attributes={"http.request.method": method},
        )
        return cls(span, method)

    @property
    def traceparent(self) -> str:
        """For what this request causes."""
        own = self._span.get_span_context()
        return str(
            Traceparent(f"{own.trace_id:032x}", f"{own.span_id:016x}", f"{own.trace_flags & 1:02x}")
        )

    def end(self, *, route: str | None, status: int | None) -> None:
        """`route` is a template such as `/api/tasks/{id}`; `status` is None if nothing was sent."""
        if route is not None:
            self._span.update_name(f"{_name(self._method)} {route}")
            self._span.set_attribute("http.route", route)
        if status is not None:
            self._span.set_attribute("http.response.status_code", status)
            if status >= 500:
                _fail(self._span, str(status))
        self._span.end()
        context.detach(self._token)


def _name(method: str) -> str:
    return "HTTP" if method == "_OTHER" else method


@contextmanager
def event_span(  # noqa: PLR0913 — what a span is made of, named by the caller
    name: str,
    kind: SpanKind,
    traceparent: str | None,
    *,
    start: int,
    end: int | None = None,
    attributes: Attributes | None = None,
) -> Iterator[None]:
    """A span in the trace of what caused an event; it is current in the body.

    It lasts from `start` to `end`, in nanoseconds since the epoch, by default to the end of the body,
    and is linked to the batch in whose body it is made. An event without a usable `traceparent`, or
    of a trace that nobody samples, gets none.
    """
    if _tracer is None or (caused_by := _context_of(traceparent)) is None:
        yield
        return
    batch = get_current_span().get_span_context()
    links = [Link(batch)] if batch.is_valid else []
    span = _tracer.start_span(
        name, caused_by, kind, attributes, links=links, start_time=min(start, end or time.time_ns())
    )
    with _current(span, end):
        yield


@contextmanager
def batch_span(
    name: str, kind: SpanKind, traceparents: Iterable[str | None], attributes: Attributes
) -> Iterator[None]:
    """A span of a trace of its own, linked to the sampled traces that caused the batch's events.

    One span cannot have several parents, so whatever is done for all events at once is found by
    these links (semantic conventions for messaging, batches).
    """
    links = [] if _tracer is None else [Link(cause) for cause in _sampled(traceparents)]
    if _tracer is None or not links:
        yield
        return
    span = _tracer.start_span(name, Context(), kind, attributes, links=links)
    with _current(span):
        yield


def _sampled(traceparents: Iterable[str | None]) -> Iterator[SpanContext]:
    for traceparent in dict.fromkeys(traceparents):
        cause = _span_context(traceparent)
        if cause is not None and cause.trace_flags.sampled:
            yield cause


@contextmanager
def _current(span: Span, end: int | None = None) -> Iterator[None]:
    """Not OpenTelemetry's own `use_span`, which records the messages of exceptions."""
    token = context.attach(set_span_in_context(span))
    try:
        yield
    except Exception as error:
        _fail(span, type(error).__qualname__)
        raise
    finally:
        span.end(end)
        context.detach(token)


def _fail(span: Span, error_type: str) -> None:
    span.set_attribute("error.type", error_type)
    span.set_status(Status(StatusCode.ERROR))


def _span_context(traceparent: str | None) -> SpanContext | None:
    parts = parse_traceparent(traceparent)
    if parts is None:
        return None
    flags = TraceFlags(int(parts.flags, 16) & TraceFlags.SAMPLED)
    return SpanContext(
        int(parts.trace_id, 16), int(parts.span_id, 16), is_remote=True, trace_flags=flags
    )


def _context_of(traceparent: str | None) -> Context | None:
    parent = _span_context(traceparent)
    return None if parent is None else set_span_in_context(NonRecordingSpan(parent), Context())
