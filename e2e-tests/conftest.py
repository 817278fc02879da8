"""A running suite, and people who use it.

With `BASE` in the environment the tests go to that gateway, and those that need a suite of their
own, to look into it or to hurt it, are left out. Without it all of them run, each pytest worker
with suites of its own.
"""

import os
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack, contextmanager

import httpx2
import pytest
from client import ORIGIN, NewUser, User, new_http
from clustered import Clustered, running_clustered
from devstack.pytest_suite import running_suite
from devstack.shared import Run
from devstack.suite import Suite
from replicated import Replicated, running_replicated

_BASE = os.environ.get("BASE", "")
_HURT = {"victim", "clustered", "replicated"}  # fixtures whose suite a test hurts
_left_out = pytest.StashKey[int]()


@pytest.hookimpl(tryfirst=True)  # pytest-xdist reads the marks in the same hook
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, and say so, what cannot run against somebody else's suite."""
    here = [
        item for item in items if "e2e-tests" in item.path.parts and "page" not in item.path.parts
    ]
    for item in here:
        item.add_marker("e2e")
        hurts = not _HURT.isdisjoint(getattr(item, "fixturenames", ()))
        item.add_marker(pytest.mark.xdist_group("chaos" if hurts else "suite"))
    if not _BASE:
        return
    ours = [item for item in here if "devstack_run" in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=ours)
    config.stash[_left_out] = len(ours)
    items[:] = [item for item in items if item not in ours]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Why tests were deselected."""
    if count := config.stash.get(_left_out, 0):
        terminalreporter.write_line(
            f"{count} tests left out: they look into their own suite, or hurt it, and BASE is {_BASE}"
        )


@contextmanager
def showing_logs(suite: Suite, names: Iterable[str]) -> Iterator[None]:
    """Print what these processes have logged in the meantime."""
    logs = {name: len(suite.logs(name)) for name in names}
    yield
    for name, length in logs.items():  # pytest shows it for a failed test only
        print(f"--- {name}\n{_shown(suite.logs(name)[length:])}")  # noqa: T201 — see above


def _shown(log: str) -> str:
    """The last errors, each with the end of its traceback, and the end of the log."""
    errors = [line for line in log.splitlines() if '"level": "error"' in line]
    return "\n".join([*(line[-2500:] for line in errors[-3:]), log[-5000:]])


@pytest.fixture(scope="session")
def _suite_to_hurt(devstack_run: Run) -> Iterator[Suite]:
    with running_suite(devstack_run, "suite-to-hurt", CORS_ORIGINS=ORIGIN, TRACE="1") as suite:
        yield suite


@pytest.fixture
def victim(_suite_to_hurt: Suite) -> Iterator[Suite]:
    """A suite to hurt, everything in it running and ready; what a test leaves hurt is mended."""
    suite = _suite_to_hurt
    suite.wait_ready()
    with showing_logs(suite, suite.urls):
        yield suite
    for name in suite.states():
        suite.thaw(name)
        suite.start(name)
    suite.wait_ready()


@pytest.fixture(scope="session")
def _clustered(devstack_run: Run) -> Iterator[Clustered]:
    with running_clustered(devstack_run) as clustered:
        yield clustered


@pytest.fixture
def clustered(_clustered: Clustered) -> Iterator[Clustered]:
    """Such a suite, to hurt its stores, all members running; what a test leaves hurt is mended."""
    suite = _clustered.suite
    with showing_logs(suite, suite.urls):
        yield _clustered
    _clustered.mongo.mend()
    _clustered.rabbitmq.mend()
    suite.wait_ready()


@pytest.fixture(scope="session")
def _replicated(devstack_run: Run) -> Iterator[Replicated]:
    with running_replicated(devstack_run) as replicated:
        yield replicated


@pytest.fixture
def replicated(_replicated: Replicated) -> Iterator[Replicated]:
    """Such a suite, to hurt its services, all replicas ready; what a test leaves hurt is mended."""
    with showing_logs(_replicated.suite, [replica.name for replica in _replicated.replicas]):
        yield _replicated
    _replicated.start(_replicated.replicas)


@pytest.fixture
def base(request: pytest.FixtureRequest) -> str:
    """The gateway's address: the suite's, or that of the one to hurt where a test asks for it."""
    if "victim" in request.fixturenames:
        victim: Suite = request.getfixturevalue("victim")
        return victim.gateway_url
    if "clustered" in request.fixturenames:
        clustered: Clustered = request.getfixturevalue("clustered")
        return clustered.suite.gateway_url
    if "replicated" in request.fixturenames:
        replicated: Replicated = request.getfixturevalue("replicated")
        return replicated.gateways[0]
    url: str = request.getfixturevalue("gateway_url")
    return url


@pytest.fixture
async def http(base: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A client without an account."""
    async with new_http(base) as http:
        yield http


@pytest.fixture
async def new_user(base: str) -> AsyncIterator[NewUser]:
    """Registers a new user at each call."""
    async with AsyncExitStack() as clients:

        async def new() -> User:
            user = User(await clients.enter_async_context(new_http(base)))
            await user.register()
            return user

        yield new


@pytest.fixture
async def user(new_user: NewUser) -> User:
    """A new user, signed in."""
    return await new_user()
