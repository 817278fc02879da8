"""A real browser, and what the page is checked with."""

from collections.abc import Awaitable, Callable
from functools import partial

import pytest_asyncio
from page.tab import Tab

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

NewTab = Callable[..., Awaitable[Tab]]


fixture = partial(pytest_asyncio.fixture, loop_scope="session")
"""For what uses the browser, which lives in the loop of the session."""
