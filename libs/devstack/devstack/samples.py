"""Metrics of a service as it gave them at two moments, and what happened in between."""

import math
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

TIMEOUT: Final = 2.0  # seconds for a service to answer

Samples = list[Sample]


def read_samples(url: str) -> Samples:
    """The metrics that are served there; none if nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:
            text = answer.read().decode()
    except OSError:
        return []
    return parsed(text)


def parsed(text: str) -> Samples:
    """The samples of the text format."""
    families = text_string_to_metric_families(text)
    return [sample for family in families for sample in family.samples]


@dataclass(frozen=True)
class Interval:
    """What a service said at its beginning and at its end, `seconds` later."""

    before: Samples
    after: Samples
    seconds: float

    @classmethod
    def unknown(cls) -> Self:
        """Of a service that does not answer."""
        return cls([], [], math.nan)

    def now(self, name: str, **labels: str) -> float:
        """The sum of these series at the end; 0 where there is none."""
        return sum(sample.value for sample in _select(self.after, name, labels))

    def rate(self, name: str, **labels: str) -> float:
        """By how much these counters rose, a second."""
        before = sum(sample.value for sample in _select(self.before, name, labels))
        return max(0.0, self.now(name, **labels) - before) / self.seconds

    def quantile(self, share: float, histogram: str) -> float:
        """The bound of the bucket within which that share of the observations lies; NaN of none."""
        bounds = sorted(
            {float(s.labels["le"]) for s in self.after if s.name == f"{histogram}_bucket"}
        )
        risen = {bound: self._below(histogram, bound) for bound in bounds}
        total = risen.get(math.inf, 0.0)
        return next((b for b in bounds if total and risen[b] >= share * total), math.nan)

    def _below(self, histogram: str, bound: float) -> float:
        def count(samples: Samples) -> float:
            found = (s for s in samples if s.name == f"{histogram}_bucket")
            return sum(s.value for s in found if float(s.labels["le"]) == bound)

        return count(self.after) - count(self.before)


def _select(samples: Samples, name: str, labels: dict[str, str]) -> Iterator[Sample]:
    for sample in samples:
        if sample.name == name and sample.labels.items() >= labels.items():
            yield sample
