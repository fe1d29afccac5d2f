"""The last audit as Prometheus metrics. Nothing is computed when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily, Metric

from livecart.services.standing_audit import AuditReport

PREFIX = "livecart_audit_"


@dataclass(slots=True, eq=False)
class AuditMetrics:
    """A collector; `report` is the last one that was put up."""

    report: AuditReport | None = None

    def collect(self) -> Iterable[Metric]:
        faults = GaugeMetricFamily(f"{PREFIX}faults", "Rows that break the invariant", labels=["invariant"])
        checked = GaugeMetricFamily(f"{PREFIX}checked", "Rows that the audit looked at", labels=["invariant"])
        last = GaugeMetricFamily(f"{PREFIX}last_run_timestamp_seconds", "When the audit last ran")
        took = GaugeMetricFamily(f"{PREFIX}duration_seconds", "How long it took")
        waiting = GaugeMetricFamily("livecart_refunds_waiting", "Refunds that no provider has taken yet")
        if self.report is not None:
            for invariant, count in self.report.faults.items():
                faults.add_metric([invariant], count)
            for invariant, count in self.report.checked.items():
                checked.add_metric([invariant], count)
            last.add_metric([], self.report.at_ms / 1000)
            took.add_metric([], self.report.took_s)
            waiting.add_metric([], self.report.refunds_waiting)
        return faults, checked, last, took, waiting

    def describe(self) -> Iterable[Metric]:
        return []
