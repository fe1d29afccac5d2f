"""What the use cases of red packets need from SQL and elsewhere, as Protocols."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from livecart.domain.ids import PacketId, PersonId, ShowId
from livecart.domain.red_packet import Entrant, PacketClaim, RedPacket


class DueStep(StrEnum):
    """What the clock asks of a packet."""

    START = "start"
    TELL = "tell"
    CLOSE = "close"


class Packets(Protocol):
    """Reading red packets; they are changed through the Committer only, but for who may send them."""

    async def get(self, packet: PacketId) -> RedPacket:
        """Raises NotFoundError."""
        ...

    async def of_show(self, show: ShowId, closed_since_ms: int, limit: int) -> Sequence[RedPacket]:
        """Those that are not closed, or were since then, newest first."""
        ...

    async def claims(self, packet: PacketId, after: int, limit: int) -> Sequence[tuple[PacketClaim, str]]:
        """Claims with the names of their owners, in the order of their shares, later than share `after`."""
        ...

    async def claim_of(self, packet: PacketId, person: PersonId) -> PacketClaim | None: ...

    async def entry_of(self, packet: PacketId, person: PersonId) -> Entrant | None: ...

    async def entrants(self, packet: PacketId) -> Sequence[Entrant]: ...

    async def due(self, now_ms: int, limit: int) -> Sequence[tuple[PacketId, DueStep]]:
        """What has to be done now, the oldest deadline first."""
        ...

    async def anybody_sends(self, show: ShowId) -> bool: ...

    async def let_send(self, show: ShowId, *, anybody: bool) -> None:
        """Lets everybody send packets in this show, or the host alone."""
        ...

    async def lines_of(self, show: ShowId, author: PersonId, since_ms: int) -> Sequence[str]:
        """What somebody said in a show since then and is not deleted, newest first, within a limit."""
        ...

    async def has_bought(self, show: ShowId, person: PersonId) -> bool: ...


class WatchTimes(Protocol):
    """For how long somebody has been in a show's room, over all processes; short breaks do not count as leaving."""

    async def watched_ms(self, show: ShowId, person: PersonId) -> int:
        """0 for whoever is not there. Raises UnavailableError."""
        ...


class Seeds(Protocol):
    def new(self) -> str:
        """32 random bytes as hexadecimal digits."""
        ...
