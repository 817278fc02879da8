"""Rates beside the original, by turns on one machine.

    python benchmarks/original.py CHECKOUT [--beside NAME=URL] [--rounds 5] [--seconds 4]

CHECKOUT is a clone of github.com/gabrielgr15/task-app-backend, in whose api-gateway, user-service,
tasks-service and activity-service `npm ci` was run, and in the last one `npm run build`.

A suite of ours as `make up` starts it, and the original's four services by `node` on stores of their
own, of the same programs: MongoDB, Redis and RabbitMQ. They run with `NODE_ENV=development`, in which
the original limits no requests; ours run without quotas. `rates.py` says what is asked, and how a suite
of another commit is started that is measured with them: `--beside NAME=URL`.
"""

import argparse
import asyncio
import secrets
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import wrk
from bench import own_suite
from devstack.ports import free_port
from devstack.redis import Redis
from devstack.shared import Run
from gateway import running
from rates import add_options, compare, gateway

ENTRIES = {
    "user-service": "server.js",
    "tasks-service": "server.js",
    "activity-service": "dist/server.js",
    "api-gateway": "src/server.js",
}


@contextmanager
def original(checkout: Path, run: Run) -> Iterator[str]:
    """The original on stores of this run, while the body runs; gives the address of its gateway."""
    redis = run.server(Redis(run.own_directory("redis"), free_port()))
    redis.start()
    ports = {name: free_port() for name in ENTRIES}
    shared = {
        "NODE_ENV": "development",
        "JWT_SECRET": secrets.token_hex(32),
        "REDIS_HOST": "127.0.0.1",
        "REDIS_PORT": str(redis.port),
        "RABBITMQ_URI": run.rabbitmq().uri,
    }
    for name, port in ports.items():
        shared[name.replace("-", "_").upper() + "_URL"] = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        for name, entry in ENTRIES.items():
            own = {"PORT": str(ports[name]), "MONGO_URI": run.mongo().database_uri(name)}
            health = f"http://127.0.0.1:{ports[name]}/health"
            service = running(["node", entry], health, shared | own, directory=checkout / name)
            stack.enter_context(service)
        yield f"http://127.0.0.1:{ports['api-gateway']}"


def main() -> None:
    """Read the options, start both, measure, end both."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--beside", action="append", type=gateway, metavar="NAME=URL", default=[])
    add_options(parser)
    options = parser.parse_args()
    wrk.require()
    missing = [name for name in ENTRIES if not (options.checkout / name / "node_modules").is_dir()]
    if missing:
        sys.exit(f"Run `npm ci` first in these of {options.checkout}: {', '.join(missing)}")
    run = Run.begin()
    try:
        with original(options.checkout.resolve(), run) as theirs, own_suite() as suite:
            gateways = {"ours": suite.gateway_url, **dict(options.beside), "original": theirs}
            asyncio.run(compare(options, gateways))
    finally:
        run.end()


if __name__ == "__main__":
    main()
