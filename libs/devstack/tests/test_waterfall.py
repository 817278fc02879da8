"""Traces as the terminal shows them, and what the receiver takes and keeps."""

import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from typing import Any

import httpx2
import pytest
from devstack import trace_receiver
from devstack.local_http import local_client
from devstack.ports import LOOPBACK
from devstack.trace_receiver import PATH, Handler, LastMessages
from devstack.waterfall import SERVER, Span, last_requests, spans_of, traces_of, waterfall
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

SECOND = 10**9
PROTOBUF = {"content-type": "application/x-protobuf"}


def span(name: str, parent: str = "", **given: Any) -> Span:  # noqa: ANN401 — any field of a span
    defaults = Span(
        trace_id="a" * 32,
        span_id=name,
        parent_id=parent,
        service="tasks-service",
        name=name,
        kind=0,
        start=0,
        end=SECOND,
        attributes={},
        linked=[],
    )
    return defaults._replace(**given)


def message(service: str, name: str) -> bytes:
    request = ExportTraceServiceRequest()
    resource_spans = request.resource_spans.add()
    attribute = resource_spans.resource.attributes.add(key="service.name")
    attribute.value.string_value = service
    resource_spans.scope_spans.add().spans.add(name=name, trace_id=b"\1" * 16, span_id=b"\2" * 8)
    return bytes(request.SerializeToString())


def test_a_waterfall_has_children_below_their_parents_in_the_order_of_their_start() -> None:
    spans = [
        span("second", "root", start=SECOND // 2, attributes={"error.type": "Oops"}),
        span("POST /api/tasks", span_id="root", attributes={"http.response.status_code": 201}),
        span("inner", "first", start=SECOND // 4, end=SECOND // 4 + 1_500_000, linked=["b" * 32]),
        span("first", "root", start=1),
    ]
    title, *lines = waterfall(spans).splitlines()
    assert title == f"trace {'a' * 32}  1970-01-01 00:00:00 UTC"
    bars = [line.partition("█")[0].removeprefix("  tasks-service  ").rstrip() for line in lines]
    assert bars == ["POST /api/tasks", "  first", "    inner", "  second"]
    assert [line.rpartition("█")[2].split() for line in lines] == [
        ["1.0", "s", "201"],
        ["1000.0", "ms"],
        ["1.5", "ms", "batch", "bbbbbbbb"],
        ["500.0", "ms", "Oops"],
    ]


def test_a_span_whose_parent_is_not_there_is_at_the_top() -> None:
    lines = waterfall([span("alone", "lost"), span("child", "alone")]).splitlines()
    assert lines[1].startswith("  tasks-service  alone")
    assert lines[2].startswith("  tasks-service    child")


def test_the_last_requests_are_shown_the_newest_at_the_end() -> None:
    traces = traces_of(
        span(str(at), trace_id=str(at), start=at, end=at + 1, kind=SERVER if at != 3 else 0)
        for at in (5, 1, 3, 4, 2)
    )
    assert [trace[0].name for trace in last_requests(traces, 3)] == ["2", "4", "5"]


def test_only_the_last_messages_are_kept() -> None:
    kept = LastMessages(limit=5)
    for body in (b"aa", b"bb", b"cc"):
        kept.add(body)
    assert kept.all() == b"bbcc"


@pytest.fixture
def receiver() -> Iterator[httpx2.Client]:
    """A client of a receiver."""

    class OwnHandler(Handler):
        kept = LastMessages()

    with ThreadingHTTPServer((LOOPBACK, 0), OwnHandler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        try:
            with local_client(f"http://{LOOPBACK}:{server.server_port}") as client:
                yield client
        finally:
            server.shutdown()
            thread.join()


def test_messages_that_were_sent_one_by_one_are_read_as_one(receiver: httpx2.Client) -> None:
    for service, name in (("api-gateway", "GET"), ("tasks-service", "find tasks")):
        receiver.post(PATH, content=message(service, name), headers=PROTOBUF).raise_for_status()
    spans = spans_of(receiver.get(PATH).content)
    assert [(span.service, span.name) for span in spans] == [
        ("api-gateway", "GET"),
        ("tasks-service", "find tasks"),
    ]


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/metrics", PROTOBUF, 404),
        (PATH, {"content-type": "application/json"}, 415),
        (PATH, PROTOBUF | {"content-encoding": "gzip"}, 415),
        (PATH, PROTOBUF | {"transfer-encoding": "chunked"}, 411),
    ],
)
def test_what_it_cannot_take_is_refused(
    receiver: httpx2.Client, path: str, headers: dict[str, str], status: int
) -> None:
    assert receiver.post(path, headers=headers).status_code == status
    assert receiver.get(PATH).content == b""


def test_a_message_that_is_too_long_is_refused(
    receiver: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trace_receiver, "MAX_MESSAGE", 1)
    assert receiver.post(PATH, content=b"12", headers=PROTOBUF).status_code == 413
    assert receiver.get(PATH).content == b""
