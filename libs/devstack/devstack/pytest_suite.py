"""The fixtures for tests against a whole suite."""

import contextlib
import os
import subprocess
from collections.abc import Iterator

import pytest

from devstack.ports import free_port
from devstack.shared import Run
from devstack.suite import ROOT, Suite

# Tests that share what takes long to start go to one worker (`--dist loadgroup`).
_GROUPS = {
    "suite": "suite",
    "gateway_url": "suite",
    "page_url": "suite",
    "own_rabbitmq": "own_rabbitmq",
}


@pytest.hookimpl(tryfirst=True)  # pytest-xdist reads the marks in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one worker run all tests of the suite, and one those that hurt a RabbitMQ."""
    for item in items:
        groups = [_GROUPS[name] for name in getattr(item, "fixturenames", ()) if name in _GROUPS]
        if groups and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(groups[0]))


@contextlib.contextmanager
def running_suite(run: Run, name: str, **settings: str) -> Iterator[Suite]:
    """A suite of this checkout on free ports, without the page, as long as the body runs."""
    defaults = {"ENVIRONMENT": "test", "BCRYPT_ROUNDS": "4"}
    ports = {"GATEWAY_PORT": str(free_port()), "PAGE_PORT": str(free_port())}
    suite = Suite(ROOT, run.own_directory(name), defaults | ports | settings, tied=True)
    try:
        suite.up()
        yield suite
    finally:
        suite.end()


@pytest.fixture(scope="session")
def suite(devstack_run: Run) -> Iterator[Suite]:
    """The four services and their stores, for all tests that want a suite."""
    page = str(free_port())
    hosts = ("localhost:3000", f"localhost:{page}", f"127.0.0.1:{page}")
    origins = ",".join(f"http://{host}" for host in hosts)
    with running_suite(devstack_run, "suite", PAGE_PORT=page, CORS_ORIGINS=origins) as suite:
        yield suite


@pytest.fixture(scope="session")
def gateway_url(request: pytest.FixtureRequest) -> str:
    """The gateway to test: the one that BASE names, else the suite's."""
    given = os.environ.get("BASE", "")
    if given:
        return given.rstrip("/")
    suite: Suite = request.getfixturevalue("suite")
    return suite.gateway_url


@pytest.fixture(scope="session")
def page_url(request: pytest.FixtureRequest) -> str:
    """The page to test: the one that PAGE_BASE names, else the suite's, which is built for it."""
    given = os.environ.get("PAGE_BASE", "")
    if given:
        return given.rstrip("/")
    suite: Suite = request.getfixturevalue("suite")
    subprocess.run([ROOT / "libs/devstack/page.sh", "build"], check=True)
    suite.up(with_page=True)
    return suite.page_url
