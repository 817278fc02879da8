"""What has been counted in this process so far."""

from collections import Counter

from prometheus_client import REGISTRY


def value(sample: str, **labels: str) -> float:
    """The value of one series; 0 where there is none."""
    return REGISTRY.get_sample_value(sample, labels) or 0


def http_series() -> Counter[tuple[str, str, str]]:
    """The requests by their labels: method, route, status."""
    return Counter(
        {
            (sample.labels["method"], sample.labels["route"], sample.labels["status"]): int(
                sample.value
            )
            for metric in REGISTRY.collect()
            for sample in metric.samples
            if sample.name == "http_request_duration_seconds_count"
        }
    )
