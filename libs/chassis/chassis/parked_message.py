"""What a parked message carries: its own headers, why it was parked, and where it came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiormq.abc import DeliveredMessage

from chassis.subscription import Delivery, delivery_from

REASON: Final = "x-parked-reason"
PARKED_AT: Final = "x-parked-at"
ORIGINAL_EXCHANGE: Final = "x-original-exchange"
ORIGINAL_ROUTING_KEY: Final = "x-original-routing-key"

# The broker's own headers and ours. Sent back to the broker, CC routes a copy elsewhere, and x-death makes it drop
# a message that dies a second time, as going round in circles.
_NOT_KEPT = (
    *("CC", "BCC", "x-death", "x-first-death-", "x-last-death-", "x-delivery-count"),
    *("x-parked-", ORIGINAL_EXCHANGE, ORIGINAL_ROUTING_KEY),
)

# All headers go into one frame (128 KiB), and the broker closes the connection over a longer one.
# A character of repr() stands for at most four bytes.
_MOST_HEADERS: Final = 16_384


@dataclass(frozen=True, slots=True)
class ParkedMessage:
    """A message on a parked queue; `exchange`, `routing_key` and `headers` as first published."""

    body: bytes
    headers: Mapping[str, Any]
    message_id: str | None
    exchange: str
    routing_key: str
    reason: str
    parked_at: str


def kept_headers(headers: Mapping[str, Any]) -> dict[str, Any]:
    """The headers that a message keeps when it is parked or replayed: those of its publisher."""
    if len(repr(headers)) > _MOST_HEADERS:
        return {"x-parked-without-headers": True}
    return {name: value for name, value in headers.items() if not name.startswith(_NOT_KEPT)}


def origin_of(delivery: Delivery) -> tuple[str, str]:
    """Where it was first published, also when it came here by `replay`."""
    exchange = delivery.headers.get(ORIGINAL_EXCHANGE)
    routing_key = delivery.headers.get(ORIGINAL_ROUTING_KEY)
    if delivery.exchange == "" and isinstance(exchange, str) and isinstance(routing_key, str):
        return exchange, routing_key
    return delivery.exchange, delivery.routing_key


def parked_from(message: DeliveredMessage) -> ParkedMessage:
    """As it was taken from the parked queue, whoever parked it: a consumer or the broker."""
    delivery = delivery_from(message)
    headers = delivery.headers
    death = _last_death(headers)
    exchange, routing_key = origin_of(delivery)
    if death:
        exchange = str(death.get("exchange"))
        routing_key = str((death.get("routing-keys") or [routing_key])[0])
    return ParkedMessage(
        body=delivery.body,
        headers=kept_headers(headers),
        message_id=delivery.message_id,
        exchange=exchange,
        routing_key=routing_key,
        reason=str(headers.get(REASON) or death.get("reason")),
        parked_at=str(headers.get(PARKED_AT) or death.get("time")),
    )


def _last_death(headers: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the broker noted if it was the broker that parked the message, else nothing."""
    deaths = headers.get("x-death")
    if isinstance(deaths, list) and deaths and isinstance(deaths[0], dict):
        return deaths[0]
    return {}
