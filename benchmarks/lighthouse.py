"""Lighthouse on the running page: the landing page and the login, the median of several runs.

    python benchmarks/lighthouse.py [--page http://localhost:3000] [--runs 3] [--slowdown 4]

Lighthouse slows the processor down to that of a telephone, by default to a fourth of a desktop's.
On a slower machine that is a slower telephone than meant: the column `BenchmarkIndex` says how fast
this one is, and Lighthouse's docs/throttling.md which slowdown that wants (about 1,000: 2).
The whole report of the last run of each is left in .devstack/.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

REPORTS = Path(".devstack")
VERSION = "12.8.2"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PATHS = {"/": "landing", "/login": "login"}
SCORES = ("performance", "accessibility", "best-practices")
METRICS = {
    "first-contentful-paint": "FCP ms",
    "largest-contentful-paint": "LCP ms",
    "total-blocking-time": "TBT ms",
}
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"
ATTEMPTS = 3  # Chromium's trace now and then lacks its beginning


def report(url: str, file: Path, slowdown: float) -> dict[str, Any]:
    """One run's report, which stays in `file` (and as HTML beside it)."""
    browser = next(filter(None, map(shutil.which, BROWSERS)))
    command = ["npm", "exec", "--yes", "--", f"lighthouse@{VERSION}", url, "--quiet"]
    command += [f"--chrome-flags={FLAGS}", f"--only-categories={','.join(SCORES)}"]
    command += [f"--throttling.cpuSlowdownMultiplier={slowdown}"]
    command += ["--output=json", "--output=html", f"--output-path={file}"]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"  # Node may be there
    for _ in range(ATTEMPTS):
        subprocess.run(
            command,
            env=os.environ | {"PATH": path, "CHROME_PATH": browser},
            capture_output=True,
            timeout=300,
            check=False,
        )
        answer: dict[str, Any] = json.loads(Path(f"{file}.report.json").read_text())
        if "runtimeError" not in answer:
            return answer
    sys.exit(f"Lighthouse: {answer['runtimeError']['message']}")


def figures(answer: dict[str, Any]) -> dict[str, float]:
    """The columns of one run."""
    found = {name: answer["categories"][name]["score"] * 100 for name in SCORES}
    found |= {label: answer["audits"][name]["numericValue"] for name, label in METRICS.items()}
    return found | {"BenchmarkIndex": answer["environment"]["benchmarkIndex"]}


def main() -> None:
    """Measure, with a line of progress, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--page", default="http://localhost:3000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--slowdown", type=float, default=4)
    options = parser.parse_args()
    REPORTS.mkdir(exist_ok=True)
    rows: dict[str, list[dict[str, float]]] = {path: [] for path in PATHS}
    for number in range(options.runs):
        for path, name in PATHS.items():
            print(f"run {number + 1} of {options.runs}: {path}", file=sys.stderr)
            file = REPORTS / f"lighthouse-{name}"
            rows[path].append(figures(report(options.page + path, file, options.slowdown)))
    print(f"median of {options.runs}, the processor slowed down {options.slowdown:g} times")
    for path, runs in rows.items():
        for column in runs[0]:
            print(f"{path:8} {column:16} {statistics.median(run[column] for run in runs):8,.0f}")


if __name__ == "__main__":
    main()
