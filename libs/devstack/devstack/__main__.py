"""`python -m devstack COMMAND`: the suite on this machine. `help` lists the commands."""

import argparse
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from devstack.page import Page
from devstack.plan import own_stores
from devstack.preparation import announced, ensure_installed, ensure_node
from devstack.process import StartError
from devstack.services import SERVICES
from devstack.status import table
from devstack.suite import ROOT, Suite

DIRECTORY = ROOT / ".devstack"
FOR_TESTS = ("mongo", "redis", "rabbitmq", "curl", "browser")
INSTALLABLE = (*FOR_TESTS, "node", "page", "wrk")

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
    wanted = os.environ.get("PAGE") or "on"
    if wanted not in {"on", "off"}:
        raise StartError(f"PAGE={wanted} says nothing: leave it out, or say PAGE=off.")
    page = Page(ROOT / "frontend", DIRECTORY / "log/page-build.log")
    return page if page.exists and wanted == "on" else None


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
    known = {file.stem: file for file in sorted((DIRECTORY / "log").glob("*.log"))}
    if not known:
        raise StartError("There is no log yet: `make up` first.")
    files = [_log(known, name) for name in arguments.service] or [*known.values()]
    follow = [] if arguments.no_follow else ["-F"]
    os.execvp("tail", ["tail", *follow, "-n", str(arguments.lines), *map(str, files)])


def _log(known: dict[str, Path], name: str) -> Path:
    if name not in known:
        raise StartError(f"There is no log of {name}: there is one of {', '.join(known)}.")
    return known[name]


def run(arguments: argparse.Namespace) -> None:
    """Run a command with the environment of a service of the running suite."""
    names = [service.name for service in SERVICES]
    if arguments.service not in names:
        raise StartError(f"There is no service {arguments.service}: there are {', '.join(names)}.")
    try:
        environment = the_suite().environment(arguments.service)
    except KeyError:
        raise StartError(f"{arguments.service} was never started here: `make up` first.") from None
    program = arguments.program[0]
    try:
        os.execvpe(program, arguments.program, environment)
    except OSError as error:
        raise StartError(f"{program} does not run: {error.strerror}.") from None


def install_some(arguments: argparse.Namespace) -> None:
    """Install what the tests need and this machine lacks, or only what is named."""
    unknown = set(arguments.names).difference(INSTALLABLE)
    if unknown:
        known = ", ".join(INSTALLABLE)
        raise StartError(f"Not known here: {', '.join(sorted(unknown))}. There are {known}.")
    page = the_page()
    ensure_installed(arguments.names or [name for name in FOR_TESTS if page or name != "browser"])
    if page and not {"node", "page"}.isdisjoint(arguments.names):
        ensure_node(page)
    if page and "page" in arguments.names and not page.is_installed():
        with announced("Installing the page's packages"):
            page.install()


def reach(arguments: argparse.Namespace) -> None:
    """See that something answers at each address."""
    for address in arguments.addresses:
        try:
            urllib.request.urlopen(address, timeout=10).close()
        except urllib.error.HTTPError as error:  # an answer all the same
            error.close()
        except (OSError, ValueError) as error:
            raise StartError(
                f"Nothing answers at {address} ({error}): `make up` starts a suite and says where."
            ) from None


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
        "install": install_some,
        "reach": reach,
        "check-page": check_page,
    }.items():
        entry = commands.add_parser(name, help=command.__doc__, description=command.__doc__)
        entry.set_defaults(command=command)
        if name == "logs":
            entry.add_argument("service", nargs="*", help="only these; all by default")
            entry.add_argument("-n", "--lines", type=int, default=50, help="lines to begin with")
            entry.add_argument("--no-follow", action="store_true", help="print them and return")
        if name == "install":
            entry.add_argument("names", nargs="*", help=", ".join(INSTALLABLE))
        if name == "reach":
            entry.add_argument("addresses", nargs="+")
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
