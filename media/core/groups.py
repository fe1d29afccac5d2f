"""The last key-frame group of a layer: where in the ring it begins, and whether it is small enough to be sent again."""

from __future__ import annotations

from media.core.ring import CAPACITY

LONGEST_S = 3.0
LARGEST = 1_000_000
MOST_PACKETS = CAPACITY * 9 // 10  # while it is sent again the ring goes on


class KeyFrameGroup:
    """Told of every frame; places are unwrapped sequence numbers. `due` says that it is about to be sent again."""

    def __init__(self) -> None:
        self.due = False
        self._start: int | None = None
        self._began = 0.0
        self._octets = 0
        self._packets = 0

    def frame(self, first: int, sizes: list[int], now: float, *, key: bool) -> None:
        """A frame has been sent whose first packet stands at this place."""
        if key:
            self._start, self._began, self._octets, self._packets = first, now, 0, 0
        self._octets += sum(sizes)
        self._packets += len(sizes)

    @property
    def last(self) -> tuple[int, float] | None:
        """Where the last key frame begins and when it came, however long ago."""
        return None if self._start is None else (self._start, self._began)

    def start(self, now: float) -> int | None:
        """Where the group begins; None if there is none, or it has grown too long."""
        small = self._octets <= LARGEST and self._packets <= MOST_PACKETS
        return self._start if small and now - self._began <= LONGEST_S else None
