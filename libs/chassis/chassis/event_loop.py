"""How late the event loop is: whatever holds it up delays every request of the process."""

import asyncio
from typing import Final

from prometheus_client import Histogram

INTERVAL: Final = 0.25  # seconds between two looks

_DELAY = Histogram(
    "event_loop_delay_seconds",
    "How much later than asked the event loop woke a task.",
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)


async def watch_event_loop() -> None:
    """Measure the delay until cancelled."""
    clock = asyncio.get_running_loop().time
    while True:
        due = clock() + INTERVAL
        await asyncio.sleep(INTERVAL)
        _DELAY.observe(max(0.0, clock() - due))
