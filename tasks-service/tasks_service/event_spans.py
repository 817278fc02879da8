"""The spans of events on their way to the broker, which join the traces of what caused them."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Final

from chassis.spans import Attributes, SpanKind, batch_span, event_span
from contracts.events import EXCHANGE, TaskEvent

from tasks_service.events import events_in

_PUBLISH: Final = f"publish {EXCHANGE}"
_MESSAGING: Final[Attributes] = {
    "messaging.system": "rabbitmq",
    "messaging.destination.name": EXCHANGE,
    "messaging.operation.name": "publish",
    "messaging.operation.type": "send",
}


def sending(tasks: Sequence[dict[str, Any]]) -> AbstractContextManager[None]:
    """The span of a batch, whose body publishes the waiting events of these tasks and marks them sent."""
    # What is stored may be anything: the relay leaves out what it cannot send.
    events = [event for task in tasks for event in events_in(task)]
    traces = [trace for event in events if isinstance(trace := event.get("traceparent"), str)]
    batch = {**_MESSAGING, "messaging.batch.message_count": len(events)}
    return batch_span(_PUBLISH, SpanKind.PRODUCER, traces, batch)


def record_sent(event: TaskEvent, started: int) -> None:
    """Two spans: of the wait since the event was written, and of its publishing, which just ended.

    `started` is when that began, in nanoseconds since the epoch.
    """
    attributes = {
        **_MESSAGING,
        "messaging.rabbitmq.destination.routing_key": event.type,
        "messaging.message.id": event.event_id,
    }
    written = int(event.timestamp.timestamp() * 1000) * 1_000_000
    with event_span(
        "outbox wait", SpanKind.INTERNAL, event.traceparent, start=written, end=started
    ):
        pass
    with event_span(
        _PUBLISH, SpanKind.PRODUCER, event.traceparent, start=started, attributes=attributes
    ):
        pass
