"""What this machine lacks is installed, and said so."""

import contextlib
import time
from collections.abc import Iterator, Sequence

from devstack import install
from devstack.page import Page


@contextlib.contextmanager
def announced(step: str) -> Iterator[None]:
    """One line: what is done, then how long it took."""
    print(f"{step} ... ", end="", flush=True)
    start = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - start:.1f} s", flush=True)


def ensure_installed(wanted: Sequence[str]) -> None:
    """Install what these need and this machine lacks, by the names of `missing_packages`."""
    packages = install.missing_packages(wanted)
    if packages:
        with announced(f"Installing {' '.join(packages)}"):
            install.install(packages)


def ensure_node(page: Page) -> None:
    """Install Node if this machine has none that is new enough."""
    if not page.has_node():
        with announced("Installing Node"):
            page.install_node()
