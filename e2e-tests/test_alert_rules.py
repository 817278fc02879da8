"""Prometheus' rules and Grafana's questions to it, by Prometheus' own tool."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from dashboard import GRAFANA, expressions, panels
from prometheus import DEPLOYED

pytestmark = pytest.mark.servers  # Prometheus is installed with the servers


def promtool(*arguments: str) -> None:
    result = subprocess.run(
        ["promtool", *arguments], cwd=DEPLOYED, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_prometheus_accepts_its_configuration_and_the_rules() -> None:
    promtool("check", "config", "prometheus.yml")


def test_each_alert_fires_when_it_should_and_not_otherwise() -> None:
    promtool("test", "rules", "rules_test.yml")


def test_prometheus_understands_what_each_panel_asks(tmp_path: Path) -> None:
    rules = [
        {"record": "panel", "labels": {"n": str(n)}, "expr": e} for n, e in enumerate(expressions())
    ]
    file = tmp_path / "panels.json"  # JSON is YAML
    file.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
    promtool("check", "rules", str(file))


def test_each_panel_asks_a_source_that_is_provisioned() -> None:
    provisioned = (GRAFANA / "provisioning/datasources/prometheus.yml").read_text()
    uids = set(re.findall(r"uid: (\w+)", provisioned))
    asked = {target["datasource"]["uid"] for panel in panels() for target in panel["targets"]}
    assert asked <= uids
    assert len({panel["id"] for panel in panels()}) == len(panels())
