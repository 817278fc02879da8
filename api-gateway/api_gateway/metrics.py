"""What the gateway counts besides the requests."""

from typing import Final

from chassis.metrics import counter
from prometheus_client import Counter, Gauge

REVOCATION_ANSWERS: Final = counter(
    "revocation_answers_total",
    "Who said whether a session is revoked; refused: nobody could, and the request got 503.",
    "source",
    ("redis", "user-service", "refused"),
)
QUOTA_REFUSALS: Final = Counter(
    "quota_refusals_total",
    "Requests that got 429, by the policy that refused them: one of a few names, never a user's.",
    ["policy"],
)
STREAMS_OPEN: Final = Gauge("streams_open", "Streams that clients have open.")
STREAMS_ENDED: Final = counter(
    "streams_ended_total",
    "Streams that the gateway has ended: of a session that is revoked or that nobody knows, of a "
    "token that has expired, or because the gateway stops.",
    "reason",
    ("revoked", "expired", "stopping"),
)
UPSTREAM_REQUESTS: Final = Gauge(
    "upstream_requests_in_flight",
    "Requests that have, or wait for, one of the connections to a service; streams have their own.",
    ["upstream"],
)
