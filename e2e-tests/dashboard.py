"""The dashboard that Grafana is provisioned with."""

import json
import re
from collections.abc import Iterator
from typing import Any

from devstack.suite import ROOT

GRAFANA = ROOT / "deploy/grafana"
_FUNCTIONS = {"sum", "max", "by", "rate", "histogram_quantile"}


def panels() -> list[dict[str, Any]]:
    """All of it."""
    dashboard = json.loads((GRAFANA / "dashboards/task-hunter.json").read_text())
    shown: list[dict[str, Any]] = dashboard["panels"]
    return shown


def expressions() -> Iterator[str]:
    """What the panels ask of Prometheus, over a window as Grafana would choose it."""
    for panel in panels():
        for target in panel["targets"]:
            yield target["expr"].replace("$__rate_interval", "1m")


def metrics() -> set[str]:
    """The names of the metrics in these expressions."""
    bare = [re.sub(r"\{.*?\}|\[.*?\]|by \(.*?\)", " ", expression) for expression in expressions()]
    return {name for text in bare for name in re.findall(r"[a-z_][\w:]+", text)} - _FUNCTIONS
