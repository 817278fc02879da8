"""The fixtures for tests against a whole suite."""

import os
from collections.abc import Iterator

import pytest

from devstack.ports import free_port
from devstack.shared import Run
from devstack.suite import ROOT, Suite

_SUITE_FIXTURES = {"suite", "gateway_url", "page_url"}


@pytest.hookimpl(tryfirst=True)  # pytest-xdist reads the marks in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker runs all tests of the suite, so that it is started once (`--dist loadgroup`)."""
    for item in items:
        uses_suite = _SUITE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
        if uses_suite and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group("suite"))


@pytest.fixture(scope="session")
def suite(devstack_run: Run) -> Iterator[Suite]:
    """The four services and their stores, without the page, for all tests that want a suite."""
    page_port = str(free_port())
    settings = {
        "ENVIRONMENT": "test",
        "BCRYPT_ROUNDS": "4",
        "GATEWAY_PORT": str(free_port()),
        "PAGE_PORT": page_port,
        "CORS_ORIGINS": f"http://localhost:3000,http://localhost:{page_port}",
    }
    directory = devstack_run.own_directory("suite")
    suite = Suite(ROOT, directory, settings, owner=devstack_run.owner)
    try:
        suite.up()
        yield suite
    finally:
        suite.end()


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
    suite.up(with_page=True)
    return suite.page_url
