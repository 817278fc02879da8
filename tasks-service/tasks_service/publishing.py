"""Publishing the events of tasks."""

from chassis.publisher import Publisher
from chassis.rabbit import RabbitConnection
from contracts.events import EXCHANGE, TaskEvent
from contracts.headers import REQUEST_ID, TRACEPARENT

PUBLISH_TIMEOUT = 3.0  # seconds


class EventPublisher:
    """Publishes on a channel of its own."""

    def __init__(self, rabbit: RabbitConnection) -> None:
        self._publisher = Publisher(rabbit)

    async def publish(self, event: TaskEvent) -> None:
        """Return once the broker has confirmed it; PublishFailed otherwise, ValueError if it cannot."""
        traces = {REQUEST_ID: event.request_id, TRACEPARENT: event.traceparent}
        await self._publisher.publish(
            EXCHANGE,
            event.type,
            event.to_json(),
            message_id=event.event_id,
            headers={name: value for name, value in traces.items() if value is not None},
            timeout=PUBLISH_TIMEOUT,
        )
