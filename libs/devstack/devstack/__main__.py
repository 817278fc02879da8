"""`python -m devstack COMMAND`: the suite on this machine. `help` lists the commands."""

import argparse
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator

from devstack import install
from devstack.page import Page
from devstack.plan import own_stores
from devstack.process import StartError
from devstack.status import table
from devstack.suite import ROOT, Suite

DIRECTORY = ROOT / ".devstack"

SETTINGS = """\
environment variables that `up` reads:
  GATEWAY_PORT, PAGE_PORT      the two public ports (4000, 3000)
  PAGE=off                     without the page
  MONGO_USER_URI, MONGO_TASKS_URI, MONGO_ACTIVITY_URI, REDIS_URI, RABBITMQ_URI
                               a server you have, in place of one started here
  JWT_SECRET, INTERNAL_SECRET, REFRESH_SECRET
                               in place of those made on the first `up`
  ENVIRONMENT, LOG_LEVEL, RATE_LIMIT_PER_MINUTE, ... (see .env.example)
                               passed on to the services that know them
"""


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


def up(_arguments: argparse.Namespace) -> None:
    """Start everything and wait until it is ready."""
    page = the_page()
    ensure_installed(own_stores(os.environ))
    if page:
        ensure_node(page)
    suite = the_suite()
    suite.up(with_page=page is not None)
    if page:
        print(f"page     {suite.page_url}")
    print(f"gateway  {suite.gateway_url}")


def the_page() -> Page | None:
    """The page of this checkout, unless it is switched off."""
    page = Page(ROOT / "frontend", DIRECTORY / "log/page-build.log")
    return page if page.exists and os.environ.get("PAGE") != "off" else None


def ensure_installed(stores: list[str]) -> None:
    """Install what the stores need and this machine lacks."""
    packages = install.missing_packages(stores)
    if packages:
        with announced(f"Installing {' '.join(packages)}"):
            install.install(packages)


def ensure_node(page: Page) -> None:
    """Install Node if this machine has none that is new enough."""
    if not page.has_node():
        with announced("Installing Node"):
            page.install_node()


def the_suite() -> Suite:
    """The suite of this checkout."""
    return Suite(ROOT, DIRECTORY, os.environ, step=announced)


def down(_arguments: argparse.Namespace) -> None:
    """Stop everything; the data stay."""
    with announced("Stopping"):
        the_suite().down()


def clean(_arguments: argparse.Namespace) -> None:
    """Stop everything and drop data, logs and secrets."""
    with announced("Stopping and dropping the data"):
        the_suite().clean()


def status(_arguments: argparse.Namespace) -> None:
    """Show every process: state, pid, uptime, restarts, address."""
    suite = the_suite()
    print(table(suite))
    if not suite.states():
        sys.exit(1)


def logs(arguments: argparse.Namespace) -> None:
    """Follow the logs."""
    known = sorted((DIRECTORY / "log").glob("*.log"))
    files = [file for file in known if arguments.service in (None, file.stem)]
    if not files:
        names = ", ".join(file.stem for file in known) or "none yet"
        raise StartError(f"No such log; there are: {names}.")
    follow = [] if arguments.no_follow else ["-F"]
    os.execvp("tail", ["tail", *follow, "-n", str(arguments.lines), *map(str, files)])


def run(arguments: argparse.Namespace) -> None:
    """Run a command with the environment of a service of the running suite."""
    try:
        environment = the_suite().environment(arguments.service)
    except KeyError:
        raise StartError(f"{arguments.service} was never started here: `make up` first.") from None
    os.execvpe(arguments.program[0], arguments.program, environment)


def install_all(arguments: argparse.Namespace) -> None:
    """Install what the tests need and this machine lacks: servers, and a browser for the page."""
    for_tests = ["mongo", "redis", "rabbitmq", "curl", *(["browser"] if the_page() else [])]
    ensure_installed([*for_tests, *arguments.also])


def check_page(_arguments: argparse.Namespace) -> None:
    """Check the page's style and types and run its unit tests."""
    page = the_page()
    if page:
        ensure_node(page)
        try:
            page.check()
        except subprocess.CalledProcessError as error:
            sys.exit(error.returncode)


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    top = argparse.ArgumentParser(
        prog="devstack",
        description="The suite as processes of this machine, its data under .devstack/.",
        epilog=SETTINGS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for name, command in {
        "up": up,
        "down": down,
        "status": status,
        "logs": logs,
        "clean": clean,
        "run": run,
        "install": install_all,
        "check-page": check_page,
    }.items():
        entry = commands.add_parser(name, help=command.__doc__, description=command.__doc__)
        entry.set_defaults(command=command)
        if name == "logs":
            entry.add_argument("service", nargs="?", help="only this one; all by default")
            entry.add_argument("-n", "--lines", type=int, default=50, help="lines to begin with")
            entry.add_argument("--no-follow", action="store_true", help="print them and return")
        if name == "install":
            entry.add_argument("also", nargs="*", help="further programs: wrk")
        if name == "run":
            entry.add_argument(
                "service", help="whose environment: user-service, tasks-service, ..."
            )
            entry.add_argument("program", nargs="+", help="after `--`: the command")
    commands.add_parser("help", help="Show this.").set_defaults(command=lambda _: top.print_help())
    return top


def main() -> None:
    """One command; a failure is one message and exit status 1."""
    arguments = parser().parse_args()
    try:
        arguments.command(arguments)
    except StartError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
