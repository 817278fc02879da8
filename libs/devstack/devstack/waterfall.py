"""Traces as a person reads them in a terminal: one line for each span, with its time as a bar."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span as ProtoSpan

BAR: Final = 32  # characters
ID_SHOWN: Final = 8  # characters of the id of a batch's trace
SERVER: Final = ProtoSpan.SPAN_KIND_SERVER


class Span(NamedTuple):
    """A span as it was exported; ids in hexadecimal, times in nanoseconds since the epoch."""

    trace_id: str
    span_id: str
    parent_id: str
    service: str
    name: str
    kind: int
    start: int
    end: int
    attributes: Mapping[str, str | int]
    linked: Sequence[str]
    """The ids of the traces that it is linked to."""


def spans_of(message: bytes) -> list[Span]:
    """All spans of an exported message; DecodeError for what is none."""
    request = ExportTraceServiceRequest.FromString(message)
    return [
        Span(
            span.trace_id.hex(),
            span.span_id.hex(),
            span.parent_span_id.hex(),
            str(_values(resource_spans.resource.attributes).get("service.name", "?")),
            span.name,
            span.kind,
            span.start_time_unix_nano,
            span.end_time_unix_nano,
            _values(span.attributes),
            [link.trace_id.hex() for link in span.links],
        )
        for resource_spans in request.resource_spans
        for scope_spans in resource_spans.scope_spans
        for span in scope_spans.spans
    ]


def _values(attributes: Iterable[KeyValue]) -> dict[str, str | int]:
    return {
        pair.key: pair.value.int_value
        if pair.value.HasField("int_value")
        else pair.value.string_value
        for pair in attributes
    }


def traces_of(spans: Iterable[Span]) -> list[list[Span]]:
    """Grouped by trace, the one that began last at the end."""
    traces: dict[str, list[Span]] = {}
    for span in spans:
        traces.setdefault(span.trace_id, []).append(span)
    return sorted(traces.values(), key=lambda trace: min(span.start for span in trace))


def last_requests(traces: Iterable[list[Span]], count: int) -> list[list[Span]]:
    """The last traces that began with a request, in their order."""
    return [trace for trace in traces if any(span.kind == SERVER for span in trace)][-count:]


def waterfall(trace: Sequence[Span]) -> str:
    """The lines of one trace."""
    begin = min(span.start for span in trace)
    whole = max(max(span.end for span in trace) - begin, 1)
    rows = [(depth, span) for depth, span in _in_order(trace)]
    service = max(len(span.service) for span in trace)
    name = max(2 * depth + len(span.name) for depth, span in rows)
    at = datetime.fromtimestamp(begin / 1e9, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    lines = [f"trace {trace[0].trace_id}  {at}"]
    for depth, span in rows:
        left = round((span.start - begin) / whole * (BAR - 1))
        length = max(1, round((span.end - span.start) / whole * BAR))
        bar = (" " * left + "█" * min(length, BAR - left)).ljust(BAR)
        title = ("  " * depth + span.name).ljust(name)
        took = _duration(span.end - span.start)
        lines.append(f"  {span.service.ljust(service)}  {title}  {bar}  {took:>9}  {_notes(span)}")
    return "\n".join(line.rstrip() for line in lines)


def _in_order(trace: Sequence[Span]) -> Iterator[tuple[int, Span]]:
    """Each span behind its parent with its depth, siblings by their start.

    A span whose parent is not there, because it is a client's or was dropped, is at the top.
    """
    known = {span.span_id for span in trace}
    children: dict[str, list[Span]] = {}
    for span in sorted(trace, key=lambda span: span.start):
        parent = span.parent_id if span.parent_id in known else ""
        children.setdefault(parent, []).append(span)
    waiting = [(0, span) for span in reversed(children.pop("", []))]
    while waiting:
        depth, span = waiting.pop()
        yield depth, span
        waiting += [(depth + 1, child) for child in reversed(children.pop(span.span_id, []))]


def _duration(nanoseconds: int) -> str:
    seconds = nanoseconds / 1e9
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def _notes(span: Span) -> str:
    """What stands behind the bar: a status, what went wrong, the batch it was done in."""
    said = [span.attributes.get(name) for name in ("http.response.status_code", "error.type")]
    notes = list(dict.fromkeys(str(value) for value in said if value is not None))
    return "  ".join(notes + [f"batch {trace_id[:ID_SHOWN]}" for trace_id in span.linked[:1]])
