"""What purges have removed, as Prometheus metrics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric


@dataclass(slots=True, eq=False)
class RetentionMetrics:
    """A collector. The counts are those of all processes together, from SQL."""

    removed: Mapping[str, int] = field(default_factory=dict)
    holds: int | None = None

    def collect(self) -> Iterable[Metric]:
        told = "Records that purges removed, or took the person off"
        removed = CounterMetricFamily("livecart_retention_removed", told, labels=["kind"])
        holds = GaugeMetricFamily("livecart_legal_holds", "Legal holds that hold")
        for kind, count in self.removed.items():
            removed.add_metric([kind], count)
        if self.holds is not None:
            holds.add_metric([], self.holds)
        return removed, holds

    def describe(self) -> Iterable[Metric]:
        return []
