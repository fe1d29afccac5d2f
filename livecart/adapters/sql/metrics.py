"""What a process asks of SQL, as a Prometheus metric: a room that asks for each viewer is found out here."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from livecart.adapters.sql.database import Database


class SqlMetrics(Collector):
    """A collector."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterable[Metric]:
        """The statements that this process has sent; those that only begin or end a transaction are not counted."""
        yield CounterMetricFamily("livecart_sql_statements", "SQL statements sent", value=self._database.statements)
