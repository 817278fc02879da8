"""The table that `status` shows."""

from datetime import timedelta

from devstack.ports import LOOPBACK
from devstack.state import State
from devstack.suite import Suite

_HEADINGS = ("name", "state", "pid", "uptime", "restarts", "address")


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
