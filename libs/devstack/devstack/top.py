"""Live figures of a running suite, out of the metrics of its services."""

import math
import sys
import time
from collections.abc import Mapping
from typing import Final

from devstack.ports import LOOPBACK
from devstack.program import StartError
from devstack.samples import Interval, Samples, read_samples
from devstack.services import GATEWAY, SERVICES
from devstack.state import State, metrics_of
from devstack.suite import Suite

REFRESH_SECONDS: Final = 2.0
_CLEAR: Final = "\x1b[H\x1b[2J"
_COLUMNS: Final = ("service", "req/s", "5xx/s", "p50 ms", "p99 ms", "loop p99", "cpu", "MiB")
_SOURCES: Final = ("redis", "user-service", "refused")
QUEUE: Final = "activity.task_events"
DEAD_LETTERS: Final = "activity.task_events.parked"
_REQUESTS: Final = "http_request_duration_seconds"


def show(suite: Suite) -> None:
    """Print the figures of the last two seconds: again and again in a terminal, else once.

    StartError while the suite is down.
    """
    if not suite.states():
        raise StartError("The suite is down: `make up` starts it.")
    before, read_at = _read(suite), time.monotonic()
    while True:
        time.sleep(REFRESH_SECONDS)
        after, now = _read(suite), time.monotonic()
        intervals = {
            name: Interval(before[name], after[name], now - read_at)
            if before[name] and after[name]
            else Interval.unknown()
            for name in SERVICES
        }
        text = screen(intervals)
        if not sys.stdout.isatty():
            print(text)
            return
        print(f"{_CLEAR}{text}\n\n{time.strftime('%H:%M:%S')}, Ctrl-C ends this.", flush=True)
        before, read_at = after, now


def _read(suite: Suite) -> dict[str, Samples]:
    return {name: samples_of(suite, name) for name in SERVICES}


def samples_of(suite: Suite, service: str) -> Samples:
    """The metrics of a running service; none if it does not answer."""
    port = State(suite.directory).known_ports(metrics_of(service))
    return read_samples(f"http://{LOOPBACK}:{port[0]}/metrics") if port else []


def screen(intervals: Mapping[str, Interval]) -> str:
    """The table of the services, then a line for each of the other subjects."""
    rows = [_COLUMNS] + [_row(name, intervals[name]) for name in (GATEWAY, *SERVICES[:-1])]
    table = [f"{row[0]:17}" + "".join(f"{cell:>10}" for cell in row[1:]) for row in rows]
    subjects = {
        "outbox": _outbox(intervals["tasks-service"]),
        "feed": _feed(intervals["activity-service"]),
        "revocations": _revocations(intervals[GATEWAY]),
        "logins": _logins(intervals["user-service"]),
        "quotas": f"{_number(intervals[GATEWAY].rate('quota_refusals_total'))}/s refused",
    }
    return "\n".join([*table, "", *(f"{name:17}{text}" for name, text in subjects.items())])


def _row(name: str, of: Interval) -> tuple[str, ...]:
    if not of.after:
        return (name, *["-"] * (len(_COLUMNS) - 1))
    served = [s.labels["status"] for s in of.after if s.name == f"{_REQUESTS}_count"]
    failed = sum(
        of.rate(f"{_REQUESTS}_count", status=status)
        for status in sorted(set(served))
        if status.startswith("5")
    )
    return (
        name,
        _number(of.rate(f"{_REQUESTS}_count")),
        _number(failed),
        _milliseconds(of.quantile(0.5, _REQUESTS)),
        _milliseconds(of.quantile(0.99, _REQUESTS)),
        _milliseconds(of.quantile(0.99, "event_loop_delay_seconds")),
        f"{of.rate('process_cpu_seconds_total'):.0%}",
        f"{of.now('process_resident_memory_bytes') / 2**20:.0f}",
    )


def _outbox(of: Interval) -> str:
    oldest = of.now("outbox_oldest_seconds")
    return (
        f"{_number(of.now('outbox_tasks'))} tasks wait, the oldest {_number(oldest)} s; "
        f"{_number(of.rate('tasks_created_total'))}/s created; "
        f"{_number(of.rate('rabbitmq_publishes_total', result='confirmed'))}/s confirmed"
    )


def _feed(of: Interval) -> str:
    return (
        f"{_number(of.now('rabbitmq_queue_messages', queue=QUEUE))} messages wait, "
        f"{_number(of.now('rabbitmq_queue_messages', queue=DEAD_LETTERS))} dead letters; "
        f"{_number(of.rate('activity_delay_seconds_count'))}/s recorded, "
        f"p99 {_milliseconds(of.quantile(0.99, 'activity_delay_seconds'))} ms after the change"
    )


def _revocations(of: Interval) -> str:
    name = "revocation_answers_total"
    by = [f"{_number(of.rate(name, source=source))}/s {source}" for source in _SOURCES]
    breakers = [
        f"breaker {s.labels['breaker']} {s.labels[s.name]}"
        for s in of.after
        if s.name == "circuit_breaker_state" and s.value == 1
    ]
    return "; ".join([", ".join(by), *breakers])


def _logins(of: Interval) -> str:
    results = ("succeeded", "wrong", "throttled", "failed")
    by = [f"{_number(of.rate('logins_total', result=result))}/s {result}" for result in results]
    return f"{', '.join(by)}; {_number(of.now('password_queue_length'))} passwords in the queue"


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:,.1f}".removesuffix(".0")


def _milliseconds(seconds: float) -> str:
    if math.isnan(seconds):
        return "-"
    return "over" if math.isinf(seconds) else f"≤ {seconds * 1000:g}"
