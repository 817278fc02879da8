"""What the clients of a trial saw, in words and seconds."""

from collections import Counter
from collections.abc import Sequence

from retrying import Client, Request


def seen(clients: Sequence[Client], *, since: float) -> str:
    """How many there were, what had to be sent twice, and what failed even so."""
    requests = _since(clients, since)
    again = Counter(f"{one.kind} {one.answers[0]}" for one in requests if len(one.answers) > 1)
    lost = Counter(f"{one.kind} {', '.join(one.answers)}" for one in requests if one.is_lost)
    return (
        f"{len(requests)} requests, {again.total()} sent twice {dict(again) or ''}, "
        f"{lost.total()} lost {dict(lost) or ''}, {_slowest(requests)}"
    )


def answered(clients: Sequence[Client], *, since: float) -> str:
    """How many requests of each kind ended with which answer."""
    requests = _since(clients, since)
    found = Counter(f"{one.kind} {one.answers[-1]}" for one in requests)
    counts = ", ".join(f"{count} {what}" for what, count in sorted(found.items()))
    return f"{counts}, {_slowest(requests)}"


def last_failure(clients: Sequence[Client], since: float) -> float:
    """When the last request ended whose first sending failed."""
    return max((one.ended for one in _since(clients, since) if len(one.answers) > 1), default=since)


def _since(clients: Sequence[Client], since: float) -> list[Request]:
    return [one for client in clients for one in client.requests if one.ended >= since]


def _slowest(requests: list[Request]) -> str:
    took = max((one.ended - one.began for one in requests), default=0.0)
    return f"the slowest took {took:.1f} s"
