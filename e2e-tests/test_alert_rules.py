"""The configuration of Prometheus, and when each of its rules fires, by Prometheus' own tool."""

import subprocess

import pytest
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
