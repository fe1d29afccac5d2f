"""A show in this process: its slots, who publishes in them and who watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from media.core.negotiation import SLOTS
from media.errors import ConflictError
from media.publisher import Publisher
from media.slots import Slot
from media.viewer import Viewer


@dataclass(slots=True, eq=False)
class Membership:
    """Who a viewer's session belongs to, for `kick`."""

    viewer: Viewer
    holder: str | None
    address: str


@dataclass(slots=True, eq=False)
class Show:
    """Slots appear when first asked for, and keep their SSRCs as long as the show is here."""

    name: str
    new_slot: Callable[[int], Slot]
    slots: dict[int, Slot] = field(default_factory=dict)
    publishers: dict[int, Publisher] = field(default_factory=dict)
    viewers: dict[str, Membership] = field(default_factory=dict)

    def slot(self, index: int) -> Slot:
        """The slot, made if need be."""
        if index not in self.slots:
            self.slots[index] = self.new_slot(index)
        return self.slots[index]

    def ssrc(self, kind: str, index: int) -> int:
        """What an answer promises for this medium of the slot; `rtx` is the video's retransmissions."""
        slot = self.slot(index)
        return slot.video.rtx_ssrc if kind == "rtx" else slot.track(kind).ssrc

    def all_slots(self) -> tuple[Slot, ...]:
        """Those that exist."""
        return tuple(self.slots.values())

    def watching(self) -> Iterator[Viewer]:
        """Viewers whose media may flow. An iterator, because a publisher names it with each packet and hardly ever
        needs it (as a list it was 2 % of the process at 300 viewers)."""
        return (member.viewer for member in self.viewers.values() if member.viewer.path is not None)

    def check_slot(self, index: int, holder: str) -> Publisher | None:
        """The publisher that `holder` would take over from; raises `ConflictError` when the slot is
        another's."""
        if not 0 <= index < SLOTS:
            raise ConflictError(f"there is no slot {index}")
        current = self.publishers.get(index)
        if current is not None and current.holder != holder:
            raise ConflictError("another person publishes in this slot")
        return current

    def joined(self, viewer: Viewer) -> None:
        """Its media may flow from now on."""
        for slot in self.slots.values():
            slot.joined(viewer)

    def left(self, viewer: Viewer) -> None:
        """Nothing is sent to it any more."""
        for slot in self.slots.values():
            slot.left(viewer)

    @property
    def empty(self) -> bool:
        """Whether nobody has a session here."""
        return not self.publishers and not self.viewers

    def last_media(self) -> float | None:
        """When the host's or a caller's last packet came, by the relay's clock."""
        times = [item.last_media for item in self.publishers.values() if item.last_media is not None]
        return max(times, default=None)

    def state(self) -> str:
        """`live` while media comes, `silent` with a publisher that sends nothing, else `waiting`."""
        if any(publisher.live for publisher in self.publishers.values()):
            return "live"
        return "silent" if self.last_media() is not None else "waiting"
