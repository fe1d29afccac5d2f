"""Logging set-up and the metrics of a process."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric


def configure_logging(level: str, part: str) -> None:
    """One line an event on standard error: for people on a terminal, JSON otherwise. Never secrets or addresses."""
    number = logging.getLevelNamesMapping()[level.upper()]
    renderer: structlog.types.Processor = (
        structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(part=part)
    # Libraries speak through the standard module; their information is noise here, their warnings are not.
    # What is no HTTP is answered with 400; a line with a trace for each would let anybody flood the log. Our own faults
    # do not come this way: rest/errors.py and signaling report them.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    logging.basicConfig(
        stream=sys.stderr, level=max(number, logging.WARNING), format="%(levelname)s %(name)s %(message)s"
    )


class Metrics:
    """What this process counts. Labels are routes and kinds, never people, shows or addresses."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "livecart_http_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self.request_seconds = Histogram(
            "livecart_http_request_seconds", "Time to answer", ["method", "route"], registry=self.registry
        )
        self._media = _MediaFigures()
        self.registry.register(self._media)

    def observe_request(self, method: str, route: str, status: int, seconds: float) -> None:
        self.requests.labels(method, route, str(status)).inc()
        self.request_seconds.labels(method, route).observe(seconds)

    def set_media(self, figures: Iterable[tuple[str, str, float]]) -> None:
        """What the media processes reported last, as (node, name, value)."""
        self._media.figures = list(figures)

    def render(self) -> bytes:
        return generate_latest(self.registry)


class _MediaFigures:
    """The media processes have no HTTP of their own: their figures come with their heartbeat."""

    def __init__(self) -> None:
        self.figures: list[tuple[str, str, float]] = []

    def collect(self) -> Iterable[Metric]:
        families: dict[str, GaugeMetricFamily] = {}
        for node, name, value in self.figures:
            family = families.setdefault(
                name, GaugeMetricFamily(f"livecart_media_{name}", f"{name} of a media process", labels=["node"])
            )
            family.add_metric([node], value)
        return families.values()

    def describe(self) -> Iterable[Metric]:
        return []
