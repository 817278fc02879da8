"""The suite as processes of this machine, its data under .devstack/: `python -m devstack COMMAND`.

commands:
  up                       start everything and wait until it is ready
  down                     stop everything; the data stay
  clean                    stop everything and drop data, logs and secrets
  doctor                   say what keeps the suite from running well here, and what helps
  top                      show live figures of the running suite; once, if not in a terminal
  status                   show every process, and how many events wait
  logs [NAME ...]          follow the logs, of all or of these
  logs --id ID             show all lines of one request
  trace [ID]               show the last requests as waterfalls, or the traces whose ids begin so
  dev NAME                 run a service, or the page, here, anew whenever its code changes
  debug NAME PORT          run a service here, where it waits on a port for a debugger
  backup [TARGET]          write a backup to a file or into a directory (backups/)
  restore FILE             restore a backup into a suite that is down and has no data
  run NAME -- PROGRAM ...  run a program with the environment of a service
  install NAME ...         install what these need and the machine lacks
  reach URL ...            see that something answers at each address

environment variables that `up` reads:
  GATEWAY_PORT, PAGE_PORT  the two public ports (4000, 3000)
  PAGE=off                 without the page
  TRACE=1                  the services are traced, for `trace`
  MONGO_USER_URI, MONGO_TASKS_URI, MONGO_ACTIVITY_URI, MONGO_GATEWAY_URI, REDIS_URI, RABBITMQ_URI
                           a server you have, in place of one started here
  JWT_SECRET, INTERNAL_SECRET, REFRESH_SECRET
                           in place of those made on the first `up`
  ENVIRONMENT, LOG_LEVEL, QUOTAS, ... (see .env.example)
                           passed on to the services that know them
  SSL_CERT_FILE, OTEL_...  passed on to all services
"""

import os
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from devstack import backups, dev, doctor, install, logs, top, traces
from devstack.install import announced
from devstack.plan import own_stores
from devstack.program import StartError
from devstack.status import overview
from devstack.suite import ROOT, Suite

DIRECTORY = ROOT / ".devstack"
BACKUPS = ROOT / "backups"


def up(suite: Suite) -> None:
    """Start everything and wait until it is ready."""
    page = os.environ.get("PAGE") or "on"
    if page not in {"on", "off"}:
        raise StartError(f"PAGE={page} says nothing: leave it out, or say PAGE=off.")
    install.ensure_installed(own_stores(os.environ))
    suite.up(with_page=page == "on")
    if page == "on":
        print(f"page     {suite.page_url}")
    print(f"gateway  {suite.gateway_url}")


def back_up(suite: Suite, target: Path = BACKUPS) -> None:
    """Write a backup to a file or into a directory."""
    if target == BACKUPS:
        target.mkdir(mode=0o700, exist_ok=True)
    file = backups.make_backup(suite, target)
    print(f"{file}: {file.stat().st_size:,} bytes")


def run(suite: Suite, service: str, program: list[str]) -> None:
    """Become a program with the environment of a service of the running suite."""
    environment = suite.service_environment(service)
    try:
        os.execvpe(program[0], program, environment)
    except OSError as error:
        raise StartError(f"{program[0]} does not run: {error.strerror}.") from None


def reach(addresses: Sequence[str]) -> None:
    """See that something answers at each address."""
    for address in addresses:
        try:
            urllib.request.urlopen(address, timeout=10).close()
        except urllib.error.HTTPError as error:  # an answer all the same
            error.close()
        except (OSError, ValueError) as error:
            raise StartError(
                f"Nothing answers at {address} ({error}): `make up` starts a suite and says where."
            ) from None


def command(arguments: Sequence[str]) -> int:  # noqa: C901, PLR0912 — one case for each command
    """Run one command; the exit status."""
    suite = Suite(ROOT, DIRECTORY, os.environ, step=announced)
    match arguments:
        case ["up"]:
            up(suite)
        case ["down"]:
            with announced("Stopping"):
                suite.down()
        case ["clean"]:
            with announced("Stopping and dropping the data"):
                suite.clean()
        case ["doctor"]:
            running = {name for name, process in suite.states().items() if process.pid}
            found = doctor.findings(ROOT, DIRECTORY, os.environ, running)
            text, is_fine = doctor.report(found)
            print(text)
            return 0 if is_fine else 1
        case ["status"]:
            print(overview(suite))
            return 0 if suite.states() else 1
        case ["top"]:
            top.show(suite)
        case ["logs", "--id", request_id]:
            logs.show_request(DIRECTORY / "log", request_id)
        case ["logs", *names]:
            logs.follow(DIRECTORY / "log", names)
        case ["trace"]:
            traces.show_last(DIRECTORY)
        case ["trace", trace_id]:
            traces.show(DIRECTORY, trace_id)
        case ["dev", name]:
            return dev.reload(suite, name)
        case ["debug", name, port]:
            return dev.debug(suite, name, port)
        case ["backup", *target] if len(target) <= 1:
            back_up(suite, *map(Path, target))
        case ["restore", file]:
            install.ensure_installed(["mongo"])
            print(f"Now: {backups.restore_backup(suite, Path(file))}")
        case ["run", service, "--", *program] if program:
            run(suite, service, program)
        case ["install", *names] if set(names) <= set(install.NAMES):
            install.ensure_installed(names)
        case ["reach", *addresses]:
            reach(addresses)
        case ["help" | "--help"]:
            print(__doc__)
        case _:
            raise StartError(__doc__ or "")
    return 0


def main() -> None:
    """One command; a failure is one message and exit status 1."""
    try:
        if status := command(sys.argv[1:]):
            sys.exit(status)
    except StartError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
