"""Time for a loaded machine."""

import pytest
from chassis import dead_letters, health, mongo, rabbit, redis, subscription

_LONG = 60.0  # seconds

# What a test takes that hurts a server, and the time-outs that it waits for.
_TIMEOUTS = {
    "own_mongo": [(mongo, "OPERATION_TIMEOUT"), (mongo, "CHECK_TIMEOUT")],
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


def be_patient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each server that the test does not hurt as long as a loaded machine needs.

    Only in this process: a service that the test starts has its own time-outs.
    """
    unhurt = _TIMEOUTS.keys() - set(request.fixturenames)
    for server in unhurt:
        for module, name in _TIMEOUTS[server]:
            monkeypatch.setattr(module, name, _LONG)
    if unhurt == _TIMEOUTS.keys():
        monkeypatch.setattr(health, "CHECK_TIMEOUT", _LONG)
