from __future__ import annotations

from livecart.adapters.redis.media_nodes import NodeReport
from livecart.media_metrics import MediaMetrics
from livecart.observability import Metrics


def test_each_process_has_its_series_under_the_name_of_its_place() -> None:
    media = MediaMetrics()
    metrics = Metrics(media)
    counters = {
        "packets_in": 7,
        "nack": 2,
        "forward_latency_p99_ms": 12.5,
        "bad_datagrams.stun": 3,
        "viewers": 4,
        "odd": 1,
    }
    media.reports = [
        NodeReport("host-8443-0a1b2c3d", 0.25, {"tea": {}}, counters),
        NodeReport("host-8444-4e5f6a7b", 0.0, {}, {}),
    ]
    text = metrics.render().decode()
    for line in (
        'livecart_media_packets_in_total{node="host-8443"} 7.0',
        'livecart_media_packets_in_total{node="host-8444"} 0.0',
        'livecart_media_nack_total{node="host-8443"} 2.0',
        'livecart_media_odd_total{node="host-8443"} 1.0',
        'livecart_media_viewers{node="host-8443"} 4.0',
        'livecart_media_load{node="host-8443"} 0.25',
        'livecart_media_shows{node="host-8443"} 1.0',
        'livecart_media_forward_latency_seconds{node="host-8443",quantile="0.99"} 0.0125',
        'livecart_media_bad_datagrams_total{kind="stun",node="host-8443"} 3.0',
        "# TYPE livecart_media_packets_in_total counter",
        "# HELP livecart_media_viewers Open sessions of viewers",
    ):
        assert line in text, line


def test_without_media_processes_the_rest_is_still_told() -> None:
    metrics = Metrics(MediaMetrics())
    metrics.observe_request("GET", "/healthz", 200, 0.01)
    assert "livecart_http_requests_total" in metrics.render().decode()
