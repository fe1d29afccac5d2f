"""Counters of one media process: plain integers by name, plus recent forward latencies."""

from __future__ import annotations

from collections import Counter, deque


class Counters:
    """`count` names are the wire's: packets_in, bad_datagrams.stun … Latencies are the last 4,096 frames'."""

    def __init__(self) -> None:
        self.values: Counter[str] = Counter()
        self._latencies_ms: deque[float] = deque(maxlen=4_096)

    def add(self, name: str, amount: int = 1) -> None:
        """Count something."""
        self.values[name] += amount

    def bad(self, kind: str) -> None:
        """Count a datagram that was not what it claimed to be; never logged, a flood must stay cheap."""
        self.values[f"bad_datagrams.{kind}"] += 1

    def forwarded(self, latency_s: float) -> None:
        """A frame has reached its last viewer this long after its oldest packet arrived."""
        self._latencies_ms.append(latency_s * 1000)

    def forget_latencies(self) -> None:
        """Begin a new window of measurement."""
        self._latencies_ms.clear()

    def latency_ms(self, share: float) -> float:
        """The quantile of forward latency, 0 without any frames."""
        ordered = sorted(self._latencies_ms)
        return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)], 2) if ordered else 0.0
