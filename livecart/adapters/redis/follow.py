"""Which event of a followed show comes next. Pure: the bus asks, reads the Stream on a gap, and asks again."""

from __future__ import annotations

from enum import Enum, auto

from livecart.domain.events import LogPosition, NumberedEvent


class Order(Enum):
    NEXT = auto()
    OLD = auto()
    GAP = auto()


class Follow:
    """The position up to which a show's events were delivered; None until the subscription stands."""

    def __init__(self) -> None:
        self.position: LogPosition | None = None

    def take(self, event: NumberedEvent) -> Order:
        """NEXT moves on, OLD is to be dropped, GAP means that the log must be read."""
        at, position = event.position, self.position
        if position is None or at.epoch != position.epoch or at.seq > position.seq + 1:
            return Order.GAP
        if at.seq <= position.seq:
            return Order.OLD
        self.position = at
        return Order.NEXT
