"""A Prometheus that reads a suite's metrics and knows the rules, which it need not wait for."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
from devstack.local_http import local_client
from devstack.ports import LOOPBACK, free_port
from devstack.suite import ROOT, Suite

DEPLOYED = ROOT / "deploy/prometheus"
SECOND = "1s"
WINDOW = "15s"


class Prometheus:
    """What a running one says."""

    def __init__(self, url: str) -> None:
        self._url = url

    def knows_all(self, targets: int) -> bool:
        """Whether it has read the metrics of so many services."""
        found = self._ask("query", query="sum(up)")["result"]
        return bool(found) and int(found[0]["value"][1]) == targets

    def metric_names(self) -> set[str]:
        """The names of all that it has read or recorded."""
        return set(self._ask("label/__name__/values"))

    def fires(self, alert: str, **labels: str) -> bool:
        """Whether that alert is firing now, with these among its labels."""
        return any(
            found["state"] == "firing"
            and found["labels"].items() >= {"alertname": alert, **labels}.items()
            for found in self._ask("alerts")["alerts"]
        )

    def _ask(self, path: str, **query: str) -> Any:  # noqa: ANN401 — any JSON
        with local_client(self._url) as http:
            answer = http.get(f"/api/v1/{path}", params=query)
            answer.raise_for_status()
            return answer.json()["data"]


def hasty(rules: str) -> str:
    """The same rules over the last seconds, firing at once."""
    return re.sub(r"\[\w+\]", f"[{WINDOW}]", re.sub(r"\bfor: \w+", "for: 0s", rules))


@contextmanager
def watching(suite: Suite, directory: Path) -> Iterator[Prometheus]:
    """It reads the suite's metrics every second as long as the body runs."""
    (directory / "rules.yml").write_text(hasty((DEPLOYED / "rules.yml").read_text()))
    jobs = [
        {"job_name": name, "static_configs": [{"targets": [f"{LOOPBACK}:{port}"]}]}
        for name, port in suite.plan.metrics_ports.items()
    ]
    config = {
        "global": {"scrape_interval": SECOND, "evaluation_interval": SECOND},
        "rule_files": ["rules.yml"],
        "scrape_configs": jobs,
    }
    (directory / "prometheus.yml").write_text(json.dumps(config))  # JSON is YAML
    address = f"{LOOPBACK}:{free_port()}"
    command = [
        *("setpriv", "--pdeathsig", "KILL", "--", "prometheus", "--log.level=warn"),
        f"--config.file={directory}/prometheus.yml",
        f"--storage.tsdb.path={directory}/data",
        f"--web.listen-address={address}",
    ]
    with subprocess.Popen(command) as process:
        try:
            yield Prometheus(f"http://{address}")
        finally:
            process.terminate()


def answers(prometheus: Prometheus, targets: int) -> bool:
    """Whether it runs and has read the metrics of so many services."""
    try:
        return prometheus.knows_all(targets)
    except (httpx2.TransportError, httpx2.HTTPStatusError):
        return False
