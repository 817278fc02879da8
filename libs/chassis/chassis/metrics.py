"""Metrics: how they are kept, and the internal port on which Prometheus reads them.

Each module defines the metrics of what it does. All are kept in the client library's own registry:
a service is one process, so the library's multi-process mode is not needed.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from socketserver import StreamRequestHandler
from typing import Final, cast

from prometheus_client import Counter, Gauge, disable_created_metrics, start_http_server

from chassis.background import is_cancelled
from chassis.settings import ServiceSettings

__all__ = ["counter", "keep_refreshing", "serving_metrics"]

REFRESH_SECONDS: Final = 5.0  # between two looks into a store
READ_TIMEOUT: Final = 3.0  # seconds for one look
CLIENT_TIMEOUT: Final = 10.0  # seconds for which a client of the port may say nothing


def counter(name: str, documentation: str, label: str, values: Sequence[str]) -> Counter:
    """A counter with one label, whose series exist from the start.

    Prometheus sees no increase in a series that begins above zero.
    """
    made = Counter(name, documentation, [label])
    for value in values:
        made.labels(value)
    return made


async def keep_refreshing(
    gauges: Sequence[Gauge], read: Callable[[], Awaitable[Sequence[float]]]
) -> None:
    """Set the gauges to what `read` finds in a store, again and again, until cancelled.

    They are NaN while the store does not say. No scrape waits for a store.
    """
    while True:
        values = await _read_in_time(read) or [math.nan] * len(gauges)
        for gauge, value in zip(gauges, values, strict=True):
            gauge.set(value)
        await asyncio.sleep(REFRESH_SECONDS)


async def _read_in_time(
    read: Callable[[], Awaitable[Sequence[float]]],
) -> Sequence[float] | None:
    try:
        async with asyncio.timeout(READ_TIMEOUT):
            return await read()
    except asyncio.CancelledError:
        if is_cancelled():
            raise
    except Exception:  # noqa: BLE001, S110 — whoever works with the store reports its faults
        pass
    return None


@contextmanager
def serving_metrics(settings: ServiceSettings) -> Iterator[None]:
    """Answer Prometheus on the internal port while the body runs, if the settings name a port.

    A thread answers, so that an event loop that is held up can be seen from outside. OSError if
    another program has the port.
    """
    if settings.metrics_port is None:
        yield
        return
    # Else each counter has a second series, which nothing here reads.
    disable_created_metrics()  # type: ignore[no-untyped-call]  # the library leaves it so
    server, thread = start_http_server(settings.metrics_port, settings.host)
    cast("type[StreamRequestHandler]", server.RequestHandlerClass).timeout = CLIENT_TIMEOUT
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
