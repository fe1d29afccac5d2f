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
        self._missed = Shared(self._read_missed, every_s=READ_EVERY_S)

    async def require(self, show: ShowId, person: Person | None) -> bool:
        """Whether the person hosts the show. Raises as `Room.require` does."""
        if not self._room.knows(show):
            await self._doors.get(show)
        return await self._room.require(show, person)

    async def resume(self, show: ShowId, after: LogPosition, codec: Codec) -> Joined | None:
        """What was missed, or None when that is gone. Raises UnavailableError."""
        missed = await self._missed.get((show, after))
        if missed is None:
            return None
        joined, encoded = missed
        return Joined(joined.position, encoded.parts(codec))

    async def enter(self, show: ShowId, person: Person | None, codec: Codec, *, gap: bool) -> Joined:
        """The room as it is. Raises NotFoundError and UnavailableError."""
        snapshot, encoded = await self._snapshots.get(show)
        joined = self._room.enter(person, snapshot, gap=gap)
        return Joined(joined.position, joined.answer | encoded.parts(codec))

    async def _take_snapshot(self, show: ShowId) -> tuple[Snapshot, _Encoded]:
        snapshot = await self._room.snapshot(show)
        return snapshot, _Encoded(snapshot.values)

    async def _read_missed(self, place: tuple[ShowId, LogPosition]) -> tuple[Joined, _Encoded] | None:
        joined = await self._room.resume(*place)
        return None if joined is None else (joined, _Encoded(joined.answer))
