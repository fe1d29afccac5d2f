"""What somebody still has to do before he may claim a red packet, by condition."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from livecart.domain.ids import PersonId
from livecart.domain.red_packet import RedPacket
from livecart.services.store import Store
from livecart.services.store_packets import WatchTimes


@dataclass(frozen=True, slots=True)
class PacketConditions:
    store: Store
    watching: WatchTimes

    async def missing(self, packet: RedPacket, person: PersonId) -> tuple[tuple[str, str], ...]:
        """Each condition that is not met with what is still to be done. Raises UnavailableError."""
        condition, found = packet.terms.condition, []
        if condition.follow and not await self._follows(packet, person):
            found.append(("follow", f"follow {packet.sender_name}"))
        if condition.watched_s and (left_s := await self._left_s(packet, person)) > 0:
            found.append(("watched_s", f"watch {left_s} s longer"))
        if condition.phrase is not None and not await self._has_said(packet, condition.phrase, person):
            found.append(("phrase", f"say “{condition.phrase}” in the chat"))
        if condition.bought and not await self._has_bought(packet, person):
            found.append(("bought", "buy something in this show"))
        return tuple(found)

    async def _left_s(self, packet: RedPacket, person: PersonId) -> int:
        watched_ms = await self.watching.watched_ms(packet.terms.show, person)
        # Rounded up, so that "0 s longer" is never said.
        return -(-(packet.terms.condition.watched_s * 1000 - watched_ms) // 1000)

    async def _follows(self, packet: RedPacket, person: PersonId) -> bool:
        async with self.store.read() as tx:
            return await tx.follows.since(person, packet.terms.sender) is not None

    async def _has_said(self, packet: RedPacket, phrase: str, person: PersonId) -> bool:
        async with self.store.read() as tx:
            lines = await tx.packets.lines_of(packet.terms.show, person, packet.created_at_ms)
        return any(_folded(phrase) in _folded(line) for line in lines)

    async def _has_bought(self, packet: RedPacket, person: PersonId) -> bool:
        async with self.store.read() as tx:
            return await tx.packets.has_bought(packet.terms.show, person)


def _folded(text: str) -> str:
    """As people compare what they say: without case, width or doubled spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
