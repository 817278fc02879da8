"""A suite of the tests' own, to be started again and again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from devstack.ports import free_port
from devstack.shared import Run
from devstack.suite import Suite


@pytest.fixture(scope="session")
def _stopped(devstack_run: Run) -> Iterator[Suite]:
    settings = {
        "ENVIRONMENT": "test",
        "BCRYPT_ROUNDS": "4",
        "GATEWAY_PORT": str(free_port()),
        "PAGE_PORT": str(free_port()),
    }
    # No code of this repository: who edits it while the tests run restarts nothing here.
    suite = Suite(Path("/nonexistent"), devstack_run.own_directory("suite"), settings, tied=True)
    yield suite
    suite.end()


@pytest.fixture
def started(_stopped: Suite) -> Suite:
    """The suite as `make up` sees it: a new object each time, everything else on disk."""
    suite = Suite(_stopped.root, _stopped.directory, _stopped._settings, tied=True)
    suite.up()
    return suite
