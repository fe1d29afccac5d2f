"""A show in this process: its slots, who publishes in them and who watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from media.core.negotiation import SLOTS
from media.core.speaker import Speakers
from media.errors import ConflictError
from media.fan import Fan, Intake
from media.publisher import Publisher
from media.slots import Slot
from media.viewer import Viewer

HOST = 0


class Watcher(NamedTuple):
    """Who watches: a person or not, and whether he sees those whom the audience does not, as staff that may cut."""

    holder: str | None
    backstage: bool = False


@dataclass(slots=True, eq=False)
class Membership:
    """Who a viewer's session belongs to, for `kick`."""

    viewer: Viewer
    holder: str | None
    address: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What becomes of a slot's media: whether the audience gets it, or the stage alone, and whether it has sound."""

    shown: bool
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Guest:
    """The host of another show, in a slot of this one. `node`: the process that has him; `sessions`: the links to
    it, one for each layer, none for this process itself."""

    source: str
    node: str
    holder: str
    sessions: tuple[str, ...] = ()


# Whoever is not said to be on stage is seen by nobody but the stage.
OFF_STAGE = Standing(shown=False)
HOSTS = Standing(shown=True)


@dataclass(slots=True, eq=False)
class Show:
    """Slots appear when first asked for, and keep their SSRCs as long as the show is here."""

    name: str
    new_slot: Callable[[int], Slot]
    slots: dict[int, Slot] = field(default_factory=dict)
    publishers: dict[int, Publisher] = field(default_factory=dict)
    viewers: dict[str, Membership] = field(default_factory=dict)
    standings: dict[int, Standing] = field(default_factory=dict)
    speakers: Speakers = field(default_factory=Speakers)
    guests: dict[int, Guest] = field(default_factory=dict)
    _fan: Fan | None = None

    def slot(self, index: int) -> Slot:
        """The slot, made if need be."""
        if index not in self.slots:
            self.slots[index] = self.new_slot(index)
        return self.slots[index]

    def fan(self) -> Fan:
        """Where the host's packets go in, which lead to other shows too."""
        if self._fan is None:
            self._fan = Fan(self.slot(HOST))
        return self._fan

    def intake(self, index: int) -> Intake:
        """Where the packets of the slot's publisher go in."""
        return self.fan() if index == HOST else self.slot(index)

    def detach(self, index: int) -> None:
        """The slot's publisher has gone."""
        (self.fan() if index == HOST else self.slot(index)).detach()

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
        if index in self.guests:
            raise ConflictError("a guest host is in this slot")
        current = self.publishers.get(index)
        if current is not None and current.holder != holder:
            raise ConflictError("another person publishes in this slot")
        return current

    def standing(self, index: int) -> Standing:
        """How the slot is shown now."""
        return HOSTS if index == HOST else self.standings.get(index, OFF_STAGE)

    def stand(self, index: int, standing: Standing) -> None:
        """Show, hide, mute a slot from now on; nobody renegotiates for it."""
        before = self.standing(index)
        self.standings[index] = standing
        slot = self.slot(index)
        slot.muted = standing.muted
        if before.shown != standing.shown:
            slot.audience(listens=standing.shown)
            for viewer in self.watching():
                slot.joined(viewer)

    def tick(self, now: float) -> bool:
        """Twice a second: slots are looked after. Whether the audience hears somebody else speak than before."""
        for slot in self.slots.values():
            slot.tick(now)
        before = self.speakers.current
        return self.speakers.decide([index for index in self.publishers if self._heard(index)], now) != before

    def _heard(self, index: int) -> bool:
        stands = self.standing(index)
        return self.publishers[index].live and stands.shown and not stands.muted

    def on_stage(self, holder: str | None) -> bool:
        """Whether this person talks with others here, so that what he gets may not wait. A host alone does not."""
        together = len(self.publishers) + len(self.guests) > 1
        return together and any(each.holder == holder for each in self.publishers.values())

    def admits(self, who: Watcher, index: int) -> tuple[bool, bool]:
        """Whether this person's viewers get the slot's picture, and its sound.

        Those on stage see all of the stage but do not hear themselves, and callers do not see themselves: they have
        their camera. A host who is alone is no stage: he may listen to his own show.
        """
        own = [slot for slot, publisher in self.publishers.items() if publisher.holder == who.holder]
        if index in own and index != HOST:
            return False, False
        picture = bool(own) or who.backstage or self.standing(index).shown
        return picture, picture and not (index in own and len(self.publishers) + len(self.guests) > 1)

    def regroup(self, *holders: str) -> None:
        """Who is on stage has changed: these people's viewers, and those of whoever is there, get something else."""
        concerned = {*holders, *(publisher.holder for publisher in self.publishers.values())}
        for member in self.viewers.values():
            if member.holder in concerned and member.viewer.path is not None:
                self.joined(member.viewer)

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
        return not (self.publishers or self.viewers or self.guests or self._fan)

    def last_media(self) -> float | None:
        """When the host's last packet came, by the relay's clock."""
        host = self.publishers.get(HOST)
        return None if host is None else host.last_media

    def state(self) -> str:
        """`live` while the host's media comes, `silent` if he sends nothing, else `waiting`. Callers are no show."""
        host = self.publishers.get(HOST)
        if host is not None and host.live:
            return "live"
        return "silent" if self.last_media() is not None else "waiting"
