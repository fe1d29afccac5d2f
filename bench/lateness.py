"""How late messages came, corrected for coordinated omission: against when each *should* have been published, and with
those that never came counted as still on their way at the end. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

STEP_NS = 100_000
LONGEST_NS = 60_000_000_000


class Lateness:
    """A histogram in steps of 0.1 ms; what is later than a minute counts as a minute."""

    def __init__(self) -> None:
        self._counts = [0] * (LONGEST_NS // STEP_NS + 1)
        self.total = 0

    def add(self, late_ns: int, count: int = 1) -> None:
        """`count` messages that were so late."""
        self._counts[max(0, min(late_ns, LONGEST_NS) // STEP_NS)] += count
        self.total += count

    def percentile_ms(self, part: float) -> float | None:
        """What `part` of all messages did not exceed; None when there were none."""
        if not self.total:
            return None
        left = max(1, -int(-part * self.total // 1))
        for step, count in enumerate(self._counts):
            left -= count
            if left <= 0:
                return (step + 1) * STEP_NS / 1e6
        raise AssertionError("the counts are the total")


def of(arrivals: Iterable[tuple[int, Iterable[int]]], dues: Mapping[int, int], end_ns: int) -> tuple[Lateness, int]:
    """Lateness, and how many came. `arrivals`: (when due, when it came to each); `dues`: to how many each was due.

    What is due to more than it came to is `end_ns` minus its due time late, at least.
    """
    found, came = Lateness(), dict.fromkeys(dues, 0)
    for due_ns, times in arrivals:
        for at_ns in times:
            found.add(at_ns - due_ns)
            came[due_ns] += 1
    delivered = found.total
    for due_ns, expected in dues.items():
        if missing := expected - came[due_ns]:
            found.add(end_ns - due_ns, missing)
    return found, delivered
