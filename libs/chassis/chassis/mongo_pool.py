"""How many connections to MongoDB there are, and how many of them are in use."""

from typing import Final

from prometheus_client import Gauge
from pymongo import monitoring

_OPEN: Final = Gauge("mongodb_connections_open", "Connections to MongoDB.")
_IN_USE: Final = Gauge(
    "mongodb_connections_in_use", "Connections to MongoDB that an operation has."
)


class PoolMetrics(monitoring.ConnectionPoolListener):
    """What PyMongo tells of its pools (CMAP events); it calls each of these methods."""

    def pool_created(self, event: monitoring.PoolCreatedEvent) -> None:
        pass

    def pool_ready(self, event: monitoring.PoolReadyEvent) -> None:
        pass

    def pool_cleared(self, event: monitoring.PoolClearedEvent) -> None:
        pass

    def pool_closed(self, event: monitoring.PoolClosedEvent) -> None:
        pass

    def connection_created(self, _event: monitoring.ConnectionCreatedEvent) -> None:
        _OPEN.inc()

    def connection_ready(self, event: monitoring.ConnectionReadyEvent) -> None:
        pass

    def connection_closed(self, _event: monitoring.ConnectionClosedEvent) -> None:
        _OPEN.dec()

    def connection_check_out_started(
        self, event: monitoring.ConnectionCheckOutStartedEvent
    ) -> None:
        pass

    def connection_check_out_failed(self, event: monitoring.ConnectionCheckOutFailedEvent) -> None:
        pass

    def connection_checked_out(self, _event: monitoring.ConnectionCheckedOutEvent) -> None:
        _IN_USE.inc()

    def connection_checked_in(self, _event: monitoring.ConnectionCheckedInEvent) -> None:
        _IN_USE.dec()
