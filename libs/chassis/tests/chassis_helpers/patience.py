"""Time for a loaded machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain

import pytest
from chassis import dead_letters, health, mongo, rabbit, redis, subscription

_LONG = 60.0  # seconds

# What a test takes that hurts a server, and the time-outs that it waits for.
_TIMEOUTS = {
    "own_mongo": [
        (mongo, "OPERATION_TIMEOUT"),
        (mongo, "CHECK_TIMEOUT"),
        (mongo, "CONNECT_TIMEOUT"),
    ],
    "own_redis": [(redis, "TIMEOUT")],
    "own_rabbitmq": [
        (rabbit, "ANSWER_TIMEOUT"),
        (rabbit, "CHECK_TIMEOUT"),
        (subscription, "ANSWER_TIMEOUT"),
        (subscription, "CANCEL_TIMEOUT"),
        (dead_letters, "ADD_TIMEOUT"),
        (dead_letters, "ANSWER_TIMEOUT"),
    ],
}
_NORMAL = {place: getattr(*place) for place in chain.from_iterable(_TIMEOUTS.values())}


@contextmanager
def patience() -> Iterator[None]:
    """In the body, every server has as long as a loaded machine needs.

    For fixtures that outlive a test: those are set up before what `be_patient` does.
    """
    with pytest.MonkeyPatch.context() as patched:
        for module, name in _NORMAL:
            patched.setattr(module, name, _LONG)
        yield


def be_patient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each server that the test does not hurt as long as a loaded machine needs.

    Only in this process: a service that the test starts has its own time-outs.
    """
    hurt = _TIMEOUTS.keys() & set(request.fixturenames)
    for server, places in _TIMEOUTS.items():
        for place in places:
            monkeypatch.setattr(*place, _NORMAL[place] if server in hurt else _LONG)
    if not hurt:
        monkeypatch.setattr(health, "CHECK_TIMEOUT", _LONG)
