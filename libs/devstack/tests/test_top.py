"""The figures of `make top`: out of two readings, and of a running suite."""

import math
import sys
from pathlib import Path

import pytest
from devstack import top
from devstack.program import StartError
from devstack.samples import Interval, parsed
from devstack.services import SERVICES
from devstack.suite import ROOT, Suite

BEFORE = """\
http_request_duration_seconds_bucket{method="GET",route="/a",status="200",le="0.1"} 10
http_request_duration_seconds_bucket{method="GET",route="/a",status="200",le="+Inf"} 10
http_request_duration_seconds_count{method="GET",route="/a",status="200"} 10
"""
AFTER = """\
http_request_duration_seconds_bucket{method="GET",route="/a",status="200",le="0.1"} 13
http_request_duration_seconds_bucket{method="GET",route="/a",status="200",le="+Inf"} 13
http_request_duration_seconds_bucket{method="GET",route="/b",status="503",le="0.1"} 0
http_request_duration_seconds_bucket{method="GET",route="/b",status="503",le="+Inf"} 1
http_request_duration_seconds_count{method="GET",route="/a",status="200"} 13
http_request_duration_seconds_count{method="GET",route="/b",status="503"} 1
process_resident_memory_bytes 1048576
outbox_oldest_seconds NaN
circuit_breaker_state{breaker="redis",circuit_breaker_state="closed"} 0
circuit_breaker_state{breaker="redis",circuit_breaker_state="open"} 1
"""


def test_rates_and_quantiles_are_those_of_the_interval() -> None:
    interval = Interval(parsed(BEFORE), parsed(AFTER), 2.0)
    name = "http_request_duration_seconds"
    assert interval.rate(f"{name}_count") == 2
    assert interval.rate(f"{name}_count", status="503") == 0.5
    assert (interval.quantile(0.5, name), interval.quantile(0.99, name)) == (0.1, math.inf)
    assert math.isnan(interval.quantile(0.5, "event_loop_delay_seconds"))


def test_a_service_that_began_anew_has_no_negative_rate() -> None:
    assert (
        Interval(parsed(AFTER), parsed(BEFORE), 2.0).rate("http_request_duration_seconds_count")
        == 0
    )


def test_what_nobody_knows_is_a_dash() -> None:
    known = Interval(parsed(BEFORE), parsed(AFTER), 2.0)
    text = top.screen({name: Interval.unknown() for name in SERVICES} | {"api-gateway": known})
    lines = {line.partition(" ")[0]: line.split() for line in text.splitlines() if line}
    assert lines["api-gateway"] == ["api-gateway", "2", "0.5", "≤", "100", "over", "-", "0%", "1"]
    assert lines["tasks-service"] == ["tasks-service", *"-------"]
    assert "breaker redis open" in text
    assert "nan" not in text


def test_a_suite_that_is_down_is_one_sentence_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="`make up`"):
        top.show(Suite(ROOT, tmp_path, {}))


def test_a_running_suite_is_shown_once_where_nobody_watches(
    suite: Suite, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(top, "REFRESH_SECONDS", 0.1)
    assert not sys.stdout.isatty()
    top.show(suite)
    shown = capsys.readouterr().out
    for service in SERVICES:
        [row] = [line.split() for line in shown.splitlines() if line.startswith(service)]
        assert int(row[-1]) > 10, shown  # MiB
    assert "breaker redis closed" in shown or "breaker redis open" in shown
