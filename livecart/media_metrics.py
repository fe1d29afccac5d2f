"""The media processes' figures as Prometheus metrics. They have no HTTP of their own: figures come with the heartbeat.

The label `node` names machine and UDP port, so a process that was started again goes on with its predecessor's series.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from livecart.adapters.redis.media_nodes import NodeReport

PREFIX = "livecart_media_"

# Name in the report → name of the metric, and what it counts since the process began.
COUNTERS = {
    "packets_in": ("packets_in", "Datagrams received"),
    "bytes_in": ("bytes_in", "Bytes received"),
    "packets_out": ("packets_out", "Media packets sent to viewers"),
    "bytes_out": ("bytes_out", "Bytes of media sent to viewers"),
    "joins": ("joins", "Sessions opened, of publishers and viewers"),
    "handshakes": ("handshakes", "DTLS handshakes finished"),
    "handshakes_failed": ("handshakes_failed", "DTLS handshakes that failed"),
    "ice_restarts": ("ice_restarts", "ICE restarts"),
    "sessions_timed_out": ("sessions_timed_out", "Sessions closed because nothing was heard of the peer"),
    "nack": ("nack", "Requests of viewers for lost packets"),
    "resent": ("resent_packets", "Packets sent again to viewers"),
    "pli": ("pli", "Requests of viewers for a key frame"),
    "frames_given_up": ("frames_given_up", "Frames not sent to a viewer because they had waited too long"),
    "send_errors": ("send_errors", "Packets that the system did not take"),
    "tcp_connections": ("tcp_connections", "TCP connections taken"),
    "tcp_refused": ("tcp_refused", "TCP connections refused because there were too many"),
    "tcp_dropped": ("tcp_dropped", "Packets not sent over TCP because the viewer reads too slowly"),
    "task_errors": ("task_errors", "Faults of ours; each is logged"),
    "cpu_seconds": ("cpu_seconds", "CPU time of the process"),
}
GAUGES = {
    "sessions": ("sessions", "Open sessions"),
    "sessions_tcp": ("sessions_tcp", "Open sessions over TCP"),
    "publishers": ("publishers", "Open sessions of publishers"),
    "viewers": ("viewers", "Open sessions of viewers"),
    "handshakes_open": ("handshakes_open", "Sessions that are not connected yet"),
    "publisher_packets_lost": ("publisher_packets_lost", "Packets of the open broadcasts that never came"),
    "viewer_loss": (
        "viewer_loss_ratio",
        "Share of packets that viewers lost, by their last reports",
    ),
    "rss_bytes": ("resident_memory_bytes", "Resident memory of the process"),
}
LATENCIES = {"forward_latency_p50_ms": "0.5", "forward_latency_p99_ms": "0.99"}
BAD = "bad_datagrams."


@dataclass(slots=True, eq=False)
class MediaMetrics:
    """A collector; `reports` are the last ones that were heard."""

    reports: Sequence[NodeReport] = ()

    def collect(self) -> Iterable[Metric]:
        for name, (metric, text) in (COUNTERS | self._unlisted()).items():
            counter = CounterMetricFamily(PREFIX + metric, text, labels=["node"])
            for report in self.reports:
                counter.add_metric([_label(report)], report.counters.get(name, 0))
            yield counter
        for name, (metric, text) in GAUGES.items():
            gauge = GaugeMetricFamily(PREFIX + metric, text, labels=["node"])
            for report in self.reports:
                gauge.add_metric([_label(report)], report.counters.get(name, 0))
            yield gauge
        yield from self._others()

    def _unlisted(self) -> dict[str, tuple[str, str]]:
        """Counters that only those who work on the relay need a name for."""
        found = {name for report in self.reports for name in report.counters if not name.startswith(BAD)}
        found -= COUNTERS.keys() | GAUGES.keys() | LATENCIES.keys()
        return {name: (name, f"The relay's counter {name}") for name in sorted(found)}

    def _others(self) -> Iterable[Metric]:
        load = GaugeMetricFamily(f"{PREFIX}load", "Share of one core in use, smoothed", labels=["node"])
        shows = GaugeMetricFamily(f"{PREFIX}shows", "Shows with a session", labels=["node"])
        latency = GaugeMetricFamily(
            f"{PREFIX}forward_latency_seconds",
            "From a frame's arrival to its last viewer, of the last 4,096 frames",
            labels=["node", "quantile"],
        )
        bad = CounterMetricFamily(f"{PREFIX}bad_datagrams", "Datagrams that were none of ours", labels=["node", "kind"])
        for report in self.reports:
            node = _label(report)
            load.add_metric([node], report.load)
            shows.add_metric([node], len(report.shows))
            for name, quantile in LATENCIES.items():
                latency.add_metric([node, quantile], report.counters.get(name, 0) / 1000)
            for name, value in report.counters.items():
                if name.startswith(BAD):
                    bad.add_metric([node, name.removeprefix(BAD)], value)
        return load, shows, latency, bad

    def describe(self) -> Iterable[Metric]:
        return []


def _label(report: NodeReport) -> str:
    """The name without the part that makes it unique."""
    return report.node.rpartition("-")[0] or report.node
