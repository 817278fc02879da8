"""`python -m devstack COMMAND`: the suite on this machine. `help` lists the commands."""

import argparse
import os
import sys
import urllib.error
import urllib.request

from devstack import dev, install, logs
from devstack.install import announced
from devstack.plan import own_stores
from devstack.program import StartError
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


def the_suite() -> Suite:
    """The suite of this checkout."""
    return Suite(ROOT, DIRECTORY, os.environ, step=announced)


def up(_arguments: argparse.Namespace) -> None:
    """Start everything and wait until it is ready."""
    page = os.environ.get("PAGE") or "on"
    if page not in {"on", "off"}:
        raise StartError(f"PAGE={page} says nothing: leave it out, or say PAGE=off.")
    install.ensure_installed(own_stores(os.environ))
    suite = the_suite()
    suite.up(with_page=page == "on")
    if page == "on":
        print(f"page     {suite.page_url}")
    print(f"gateway  {suite.gateway_url}")


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


def show_logs(arguments: argparse.Namespace) -> None:
    """Follow the logs, or show all lines of one request."""
    if arguments.id:
        logs.show_request(DIRECTORY / "log", arguments.id)
    else:
        logs.follow(DIRECTORY / "log", arguments.service)


def run_dev(arguments: argparse.Namespace) -> None:
    """Run one service, or the page, in the foreground, anew whenever its code changes."""
    sys.exit(dev.reload(the_suite(), arguments.service))


def debug(arguments: argparse.Namespace) -> None:
    """Run one service in the foreground; it waits for a debugger."""
    sys.exit(dev.debug(the_suite(), arguments.service, arguments.port))


def run(arguments: argparse.Namespace) -> None:
    """Run a command with the environment of a service of the running suite."""
    environment = the_suite().service_environment(arguments.service)
    program = arguments.program[0]
    try:
        os.execvpe(program, arguments.program, environment)
    except OSError as error:
        raise StartError(f"{program} does not run: {error.strerror}.") from None


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


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    top = argparse.ArgumentParser(
        prog="devstack",
        description="The suite as processes of this machine, its data under .devstack/.",
        epilog=SETTINGS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    entries = {
        name: commands.add_parser(name, help=command.__doc__, description=command.__doc__)
        for name, command in COMMANDS.items()
    }
    for name, entry in entries.items():
        entry.set_defaults(command=COMMANDS[name])
    entries["logs"].add_argument("service", nargs="*", help="only these; all by default")
    entries["logs"].add_argument("--id", help="the id of one request")
    entries["dev"].add_argument("service", help="user-service, tasks-service, ... or page")
    entries["debug"].add_argument("service", help="user-service, tasks-service, ...")
    entries["debug"].add_argument("--port", default="5678", help="where it waits (5678)")
    entries["run"].add_argument("service", help="user-service, tasks-service, ...")
    entries["run"].add_argument("program", nargs="+", help="after `--`: the command")
    entries["install"].add_argument("names", nargs="+", choices=install.NAMES)
    entries["reach"].add_argument("addresses", nargs="+")
    commands.add_parser("help", help="Show this.").set_defaults(command=lambda _: top.print_help())
    return top


COMMANDS = {
    "up": up,
    "down": down,
    "status": status,
    "logs": show_logs,
    "clean": clean,
    "dev": run_dev,
    "debug": debug,
    "run": run,
    "install": lambda arguments: install.ensure_installed(arguments.names),
    "reach": reach,
}


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
