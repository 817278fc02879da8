"""What one machine holds in memory for the whole suite, page and supervisor included.

    python benchmarks/memory.py [--running .devstack] [--rest 30] [--seconds 5]

Starts a suite of its own as `make up` does, on free ports, and weighs each program with its children
twice: after it has rested, and again as long after lists and creates by `wrk`. With `--running` it weighs
the suite in that directory once, as it is. MiB, by the kernel's account of each process:

- PSS, the proportional set size: a page that several processes share counts once, in parts. Its sum is
  what all of it takes, less what processes beside the suite share with it.
- RSS, the resident set size: shared pages count in each process, and a page that is mapped twice, such
  as Erlang's machine code, counts twice.
"""

import argparse
import asyncio
import re
import time
from pathlib import Path

import aiohttp
import psutil
import wrk
from bench import Bench, own_suite
from devstack.suite import ROOT, Suite

Weights = dict[str, tuple[float, float]]
"""PSS and RSS in MiB, by program."""


def weigh(suite: Suite) -> Weights:
    """Each program of a suite that runs, with its children, and the supervisor."""
    supervisor = suite.process()
    trees = {
        name: _tree(psutil.Process(state.pid))
        for name, state in suite.states().items()
        if state.pid
    }
    supervised = {process for tree in trees.values() for process in tree}
    trees["supervisor"] = [each for each in _tree(supervisor) if each not in supervised]
    return {name: (_sum(tree, "Pss"), _sum(tree, "Rss")) for name, tree in trees.items()}


def _tree(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def _sum(processes: list[psutil.Process], kind: str) -> float:
    rollups = (Path(f"/proc/{process.pid}/smaps_rollup").read_text() for process in processes)
    kibibytes = re.findall(rf"^{kind}:\s+(\d+) kB$", "".join(rollups), re.MULTILINE)
    return sum(map(int, kibibytes)) / 1024


async def load(suite: Suite, seconds: int) -> None:
    """Lists, then creates with their events."""
    async with aiohttp.ClientSession() as http:
        bench = Bench(suite, http, seconds)
        await bench.sign_in()
        await bench.list_rate()
        await bench.create_rate()


def table(*columns: tuple[str, Weights]) -> str:
    """A row for each program and one for all; PSS and RSS of each column."""
    titles = [f"{title}: PSS{'RSS':>9}" for title, _ in columns]
    lines = [" ".join([f"{'MiB':18}", *(f"{title:>28}" for title in titles)])]
    rows = [*columns[0][1], "all"]
    for name in rows:
        cells = [f"{name:18}"]
        for _, weights in columns:
            pss, rss = _all(weights) if name == "all" else weights[name]
            cells.append(f"{pss:>19.1f}{rss:>9.1f}")
        lines.append(" ".join(cells))
    return "\n".join(lines)


def _all(weights: Weights) -> tuple[float, float]:
    return sum(pss for pss, _ in weights.values()), sum(rss for _, rss in weights.values())


def main() -> None:
    """Weigh a suite and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--running", type=Path, metavar="DIRECTORY")
    parser.add_argument("--rest", type=float, default=30.0, metavar="SECONDS")
    parser.add_argument("--seconds", type=int, default=5)
    options = parser.parse_args()
    if options.running:
        print(table(("now", weigh(Suite(ROOT, options.running.resolve(), {})))))
        return
    wrk.require()
    with own_suite(with_page=True) as suite:
        time.sleep(options.rest)
        rested = weigh(suite)
        asyncio.run(load(suite, options.seconds))
        time.sleep(options.rest)
        print(table(("at rest", rested), ("after load", weigh(suite))))


if __name__ == "__main__":
    main()
