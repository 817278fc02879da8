"""What `status` shows: a table of the processes, and how many events wait."""

import math
from collections.abc import Mapping
from datetime import timedelta

from devstack.ports import LOOPBACK
from devstack.samples import Interval, Samples
from devstack.state import State
from devstack.suite import Suite
from devstack.top import DEAD_LETTERS, QUEUE, samples_of

_HEADINGS = ("name", "state", "pid", "uptime", "restarts", "address")


_EVENT_SERVICES = ("tasks-service", "activity-service")


def overview(suite: Suite) -> str:
    """The table, and below it where events wait that are not in the feed yet."""
    text = table(suite)
    if not suite.states():
        return text
    samples = {name: samples_of(suite, name) for name in _EVENT_SERVICES}
    return f"{text}\n\nevents that wait: {waiting_events(samples)}"


def waiting_events(samples: Mapping[str, Samples]) -> str:
    """As the metrics of the two services say, which look every few seconds."""
    tasks, activity = (
        Interval([], samples[name], math.nan) if samples[name] else Interval.unknown()
        for name in _EVENT_SERVICES
    )
    messages = "rabbitmq_queue_messages"
    return (
        f"of {_count(tasks, 'outbox_tasks')} tasks, to be sent; "
        f"{_count(activity, messages, queue=QUEUE)} in the queue; "
        f"{_count(activity, messages, queue=DEAD_LETTERS)} dead letters"
    )


def _count(of: Interval, name: str, **labels: str) -> str:
    count = of.now(name, **labels) if of.after else math.nan
    return "unknown" if math.isnan(count) else f"{count:.0f}"


def table(suite: Suite) -> str:
    """One line per process, or one that says that there is none."""
    states = suite.states()
    if not states:
        return "The suite is down: `make up` starts it."
    state = State(suite.directory)
    rows = [_HEADINGS] + [
        (
            process.name,
            process.state.lower(),
            str(process.pid or "-"),
            str(timedelta(seconds=process.uptime)) if process.pid else "-",
            str(process.restarts),
            _address(process.name, state.known_ports(process.name)),
        )
        for process in states.values()
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _address(name: str, ports: list[int]) -> str:
    if name in {"mongo", "redis"}:
        return f"{LOOPBACK}:{ports[0]}"
    if name == "rabbitmq":
        return f"{LOOPBACK}:{ports[0]}, management http://localhost:{ports[1]}"
    return f"http://localhost:{ports[0]}" if ports else ""
