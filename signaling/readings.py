"""What whoever comes into a show is answered, read once and encoded once for all who come at the same time.

A storm of joins takes a snapshot each tenth of a second; a storm of returns reads the log as rarely, once for all who
missed the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from livecart.domain.events import LogPosition
from livecart.domain.ids import ShowId
from livecart.domain.people import Person
from livecart.services.room import Joined, Room, Snapshot
from signaling.codec import Codec
from signaling.shared import Shared

# A snapshot is some twenty statements, and what was missed some hundred events. Those who come in between wait so long
# at most, and all for the same one.
READ_EVERY_S = 0.1
# A log keeps about so many events. What is kept of the shows that were resumed last is bounded: about 1 MB each.
STRETCH_MAX = 2_000
STRETCHES_MAX = 16


@dataclass(frozen=True, slots=True)
class _Stretch:
    """All events of a log after `start` up to `end`, on the wire's form."""

    start: int
    end: LogPosition
    events: list[list[Any]]

    def covers(self, after: LogPosition) -> bool:
        return after.epoch == self.end.epoch and self.start <= after.seq <= self.end.seq

    def after(self, seq: int) -> Joined:
        events = [event for event in self.events if event[0] > seq]
        return Joined(self.end, {"epoch": self.end.epoch, "seq": self.end.seq, "events": events})


@dataclass(slots=True)
class _Encoded:
    """Values, encoded at most once per codec."""

    values: dict[str, Any]
    _parts: dict[str, dict[str, msgspec.Raw]] = field(default_factory=dict)

    def parts(self, codec: Codec) -> dict[str, msgspec.Raw]:
        """Fit for an answer, in the place of the values. Raises CodecError."""
        found = self._parts.get(codec.subprotocol)
        if found is None:
            found = {name: codec.part(value) for name, value in self.values.items()}
            self._parts[codec.subprotocol] = found
        return found


class Readings:
    """`answer` is given after the member was made to listen: what comes from then on is not part of it."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._doors = Shared(room.learn)
        self._snapshots = Shared(self._take_snapshot, every_s=READ_EVERY_S)
        self._long_snapshots = Shared(self._take_long_snapshot, every_s=READ_EVERY_S)
        self._missed = Shared(self._read_missed, every_s=READ_EVERY_S)
        self._stretches: dict[ShowId, _Stretch] = {}
        self._grown = Shared(self._grow)

    async def require(self, show: ShowId, person: Person | None) -> bool:
        """Whether the person hosts the show. Raises as `Room.require` does."""
        if not self._room.knows(show):
            await self._doors.get(show)
        return await self._room.require(show, person)

    async def resume(self, show: ShowId, after: LogPosition, person: Person | None, codec: Codec) -> Joined | None:
        """What was missed, or None when that is gone. Raises UnavailableError."""
        missed = await self._missed.get((show, after))
        if missed is None:
            return None
        joined, encoded = missed
        mine = await self._mine(person)
        parts = encoded.parts(codec)
        return Joined(joined.position, parts | mine if mine else parts)

    async def enter(self, show: ShowId, person: Person | None, codec: Codec, *, gap: bool) -> Joined:
        """The room as it is. Raises NotFoundError and UnavailableError."""
        snapshot, encoded = await (self._long_snapshots if gap else self._snapshots).get(show)
        call = await self._room.own_call(show, person) if snapshot.calls and person is not None else None
        joined = self._room.enter(person, snapshot, gap=gap, call=call)
        mine = await self._mine(person) if gap else {}
        return Joined(joined.position, joined.answer | encoded.parts(codec) | mine)

    async def _mine(self, person: Person | None) -> dict[str, Any]:
        """What whoever was away may have missed besides what the room was told."""
        told = [] if person is None else await self._room.personal(person)
        return {"mine": told} if told else {}

    async def _take_snapshot(self, show: ShowId) -> tuple[Snapshot, _Encoded]:
        snapshot = await self._room.snapshot(show)
        return snapshot, _Encoded(snapshot.values)

    async def _take_long_snapshot(self, show: ShowId) -> tuple[Snapshot, _Encoded]:
        snapshot = await self._room.long_snapshot(show)
        return snapshot, _Encoded(snapshot.values)

    async def _read_missed(self, place: tuple[ShowId, LogPosition]) -> tuple[Joined, _Encoded] | None:
        show, after = place
        known = self._stretches.get(show)
        if known is not None and known.covers(after):
            # The longer a storm lasts the more was missed, and all but the end of it was read before.
            known = await self._grown.get(show)
            if known is not None and known.covers(after):
                joined = known.after(after.seq)
                return joined, _Encoded(joined.answer)
        found = await self._room.resume(show, after)
        if found is None:
            return None
        self._keep(show, _Stretch(after.seq, found.position, found.answer["events"]))
        return found, _Encoded(found.answer)

    async def _grow(self, show: ShowId) -> _Stretch | None:
        """What is kept with what came since; None when the log must be read anew."""
        known = self._stretches.get(show)
        if known is None:
            return None
        came = await self._room.resume(show, known.end)
        # What was deleted is taken out of whatever is read together (domain/redaction.py).
        if came is None or any(event[1] == "chat.deleted" for event in came.answer["events"]):
            self._stretches.pop(show, None)
            return None
        grown = _Stretch(known.start, came.position, known.events + came.answer["events"])
        self._keep(show, grown)
        return grown

    def _keep(self, show: ShowId, stretch: _Stretch) -> None:
        known = self._stretches.pop(show, None)
        longer = known is not None and known.end == stretch.end and known.start < stretch.start
        self._stretches[show] = known if known is not None and longer else stretch
        if len(stretch.events) > STRETCH_MAX:
            del self._stretches[show]
        elif len(self._stretches) > STRETCHES_MAX:
            del self._stretches[next(iter(self._stretches))]
