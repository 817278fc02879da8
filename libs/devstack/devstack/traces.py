"""What the services of a running suite have traced."""

import sys
from pathlib import Path
from typing import Final

import httpx2

from devstack.local_http import local_client
from devstack.ports import LOOPBACK
from devstack.program import Program, StartError
from devstack.state import State
from devstack.trace_receiver import PATH
from devstack.waterfall import Span, last_requests, spans_of, traces_of, waterfall

RECEIVER: Final = "traces"
SHOWN: Final = 5


def receiver_program(directory: Path, port: int) -> Program:
    """The process that the services send their traces to."""
    argv = [sys.executable, "-m", "devstack.trace_receiver", str(port)]
    return Program(RECEIVER, argv, directory)


def exported(directory: Path) -> bytes:
    """All that was exported in the suite of this directory, as far back as is kept, undecoded.

    StartError where no receiver runs.
    """
    ports = State(directory).known_ports(RECEIVER)
    try:
        with local_client() as client:
            return client.get(f"http://{LOOPBACK}:{ports[0]}{PATH}").raise_for_status().content
    except (IndexError, httpx2.HTTPError):
        raise StartError("Nothing is traced here: `make up TRACE=1` turns tracing on.") from None


def show_last(directory: Path) -> None:
    """Print the last requests as waterfalls, the newest at the end."""
    _print(last_requests(traces_of(spans_of(exported(directory))), SHOWN), "No request")


def show(directory: Path, trace_id: str) -> None:
    """Print the traces whose ids begin so."""
    traces = traces_of(spans_of(exported(directory)))
    found = [trace for trace in traces if trace[0].trace_id.startswith(trace_id)]
    _print(found, f"No trace {trace_id}")


def _print(traces: list[list[Span]], none: str) -> None:
    if not traces:
        raise StartError(f"{none} has been traced yet: services send what they have each second.")
    print("\n\n".join(map(waterfall, traces)))
