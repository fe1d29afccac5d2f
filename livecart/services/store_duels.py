"""The part of the Store port that duels need; see store.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from livecart.domain.duel import Duel, Inviters
from livecart.domain.ids import DuelId, PersonId, ShowId
from livecart.domain.show import Show


class Duels(Protocol):
    """Whoever changes a duel has the call desks of both shows, locked in the order of their ids."""

    async def add(self, duel: Duel) -> None: ...

    async def save(self, duel: Duel) -> None: ...

    async def get(self, duel: DuelId) -> Duel:
        """Raises NotFoundError."""
        ...

    async def open_of(self, show: ShowId) -> Sequence[Duel]:
        """Invitations that this show has made or got, and the duel that it is in; oldest first."""
        ...

    async def together(self, show: ShowId) -> Duel | None:
        """The one in which the show's audience sees the other host now."""
        ...

    async def last_declined_ms(self, home: ShowId, away: ShowId) -> int | None:
        """When `away` last said no to `home`."""
        ...

    async def all_open(self) -> Sequence[Duel]: ...

    async def inviters(self, host: PersonId) -> Inviters: ...

    async def save_inviters(self, host: PersonId, who: Inviters) -> None: ...

    async def candidates(self, inviter: Show, text: str | None, limit: int) -> Sequence[Show]:
        """Live shows that could meet this one: of others who take his invitations, with the same audience, and in no
        duel; newest first."""
        ...
