"""Spans of our own: which are made, in whose trace, and what they hold."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from chassis.exporter import WithoutMessages
from chassis.sampler import sampler_of
from chassis.spans import ServerSpan, SpanKind, batch_span, current_ids, event_span, use_tracer
from chassis.tracing import parse_traceparent
from chassis_helpers.http import client_of
from fastapi import APIRouter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

TRACE, OTHER = "a" * 32, "b" * 32
PARENT = f"00-{TRACE}-{'c' * 16}-01"

router = APIRouter()


@router.get("/notes/{name}")
async def read_note(name: str) -> str:
    if name == "broken":
        raise RuntimeError("the password is hunter2")
    return name


def provider_with(
    exporter: InMemorySpanExporter, sampler: str = "parentbased_always_on"
) -> TracerProvider:
    provider = TracerProvider(sampler=sampler_of(sampler, 0.0), shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(WithoutMessages(exporter)))
    return provider


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    """What is recorded while a test runs."""
    exporter = InMemorySpanExporter()
    use_tracer(provider_with(exporter).get_tracer("test"))
    yield exporter
    use_tracer(None)


@pytest.fixture
def all_exporter() -> Iterator[InMemorySpanExporter]:
    """The same, also of what a caller does not record."""
    exporter = InMemorySpanExporter()
    use_tracer(provider_with(exporter, "always_on").get_tracer("test"))
    yield exporter
    use_tracer(None)


def trace_of(span: ReadableSpan) -> str:
    return f"{span.context.trace_id:032x}"


def by_name(exporter: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in exporter.get_finished_spans()}


PARTS = st.tuples(
    *(st.from_regex(rf"[0-9a-fA-F]{{{size}}}", fullmatch=True) for size in (2, 32, 16, 2))
)


@given(header=st.none() | st.text(st.characters(max_codepoint=255)) | PARTS.map("-".join))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # emptied in the body
def test_whatever_the_caller_sends_the_request_has_a_span(
    all_exporter: InMemorySpanExporter, header: str | None
) -> None:
    all_exporter.clear()
    span = ServerSpan.start("GET", header)
    assert span is not None
    own = parse_traceparent(span.traceparent)
    span.end(route=None, status=200)
    parent = parse_traceparent(header)
    (recorded,) = all_exporter.get_finished_spans()
    assert own is not None
    assert own.trace_id == trace_of(recorded) == (parent.trace_id if parent else own.trace_id)
    assert (recorded.parent is None) == (parent is None)


async def test_a_span_names_the_route_and_nothing_that_a_client_sent(
    exporter: InMemorySpanExporter,
    quiet: None,  # noqa: ARG001 — it has to be
) -> None:
    async with client_of(router) as http:
        await http.get("/notes/my-secret?q=hidden", headers={"traceparent": PARENT})
        await http.get("/notes/broken")
        await http.request("BREW", "/my-secret")
        await http.get("/health")
    read, broken, unknown = exporter.get_finished_spans()
    assert (read.name, trace_of(read)) == ("GET /notes/{name}", TRACE)
    assert dict(read.attributes or {}) == {
        "http.request.method": "GET",
        "http.route": "/notes/{name}",
        "http.response.status_code": 200,
    }
    assert (broken.attributes or {})["error.type"] == "500"
    assert not broken.status.is_ok
    assert (unknown.name, (unknown.attributes or {})["http.request.method"]) == ("HTTP", "_OTHER")
    everything = read.to_json() + broken.to_json() + unknown.to_json()
    assert [text for text in ("secret", "hidden", "hunter2", "BREW") if text in everything] == []


async def test_a_caller_that_records_nothing_is_believed(exporter: InMemorySpanExporter) -> None:
    span = ServerSpan.start("GET", f"00-{TRACE}-{'c' * 16}-00")
    assert span is not None
    assert span.traceparent.startswith(f"00-{TRACE}-")
    assert span.traceparent.endswith("-00")
    span.end(route=None, status=200)
    assert exporter.get_finished_spans() == ()


def test_what_a_library_says_of_an_exception_is_not_exported() -> None:
    exporter = InMemorySpanExporter()
    tracer = provider_with(exporter, "always_on").get_tracer("test")
    with (
        pytest.raises(ValueError, match="hunter2"),
        tracer.start_as_current_span("set", kind=SpanKind.SERVER, attributes={"a": 1}),
    ):
        raise ValueError("hunter2")
    (span,) = exporter.get_finished_spans()
    assert "hunter2" not in span.to_json()
    assert (span.name, span.kind, span.attributes) == ("set", SpanKind.SERVER, {"a": 1})
    assert span.status.status_code is StatusCode.ERROR
    assert span.end_time is not None


def test_each_event_joins_its_trace_and_is_linked_with_its_batch(
    exporter: InMemorySpanExporter,
) -> None:
    other = f"00-{OTHER}-{'d' * 16}-01"
    unsampled = f"00-{'e' * 32}-{'d' * 16}-00"
    written = time.time_ns() - 3600 * 10**9
    causes = [PARENT, other, unsampled, None, "nonsense"]
    with batch_span("batch", SpanKind.CONSUMER, causes, {"messaging.batch.message_count": 5}):
        for number, cause in enumerate(causes):
            with event_span(f"event {number}", SpanKind.CONSUMER, cause, start=written):
                pass
    spans = by_name(exporter)
    batch = spans.pop("batch")
    assert {name: trace_of(span) for name, span in spans.items()} == {
        "event 0": TRACE,
        "event 1": OTHER,
    }
    assert batch.parent is None
    assert [f"{link.context.trace_id:032x}" for link in batch.links] == [TRACE, OTHER]
    for span in spans.values():
        assert [link.context for link in span.links] == [batch.context]
        assert span.start_time == written


def test_a_batch_of_which_nobody_samples_an_event_has_no_span(
    exporter: InMemorySpanExporter,
) -> None:
    with batch_span("batch", SpanKind.CONSUMER, [None, f"00-{TRACE}-{'c' * 16}-00"], {}):
        assert current_ids() is None
    assert exporter.get_finished_spans() == ()


def test_a_batch_that_fails_says_so_without_the_message(exporter: InMemorySpanExporter) -> None:
    with (
        pytest.raises(ValueError, match="hunter2"),
        batch_span("b", SpanKind.CONSUMER, [PARENT], {}),
    ):
        raise ValueError("hunter2")
    (span,) = exporter.get_finished_spans()
    assert (span.attributes or {})["error.type"] == "ValueError"
    assert "hunter2" not in span.to_json()


@pytest.mark.parametrize(
    ("sampler", "kept"),
    [
        ("always_on", {"in 01", "in 00", "new", "batch"}),
        ("always_off", set()),
        ("traceidratio", set()),
        ("parentbased_always_on", {"in 01", "new", "batch"}),
        ("parentbased_always_off", {"in 01", "batch"}),
        ("parentbased_traceidratio", {"in 01", "batch"}),
    ],
)
def test_the_sampler_decides_but_never_keeps_what_no_request_caused(
    sampler: str, kept: set[str]
) -> None:
    exporter = InMemorySpanExporter()
    tracer = provider_with(exporter, sampler).get_tracer("test")
    tracer.start_span("a poll", kind=SpanKind.CLIENT).end()
    tracer.start_span("new", kind=SpanKind.SERVER).end()
    use_tracer(tracer)
    try:
        for flags in ("00", "01"):
            with event_span(f"in {flags}", SpanKind.INTERNAL, PARENT[:-2] + flags, start=1):
                pass
        with batch_span("batch", SpanKind.CONSUMER, [PARENT], {}):
            pass
    finally:
        use_tracer(None)
    assert set(by_name(exporter)) == kept


def test_without_tracing_there_is_no_span_and_the_sdk_is_not_even_imported() -> None:
    assert ServerSpan.start("GET", PARENT) is None
    with event_span("event", SpanKind.CONSUMER, PARENT, start=1):
        assert current_ids() is None
    program = (
        "import sys, chassis.app, chassis.telemetry; sys.exit('opentelemetry.sdk' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
