"""The part of the Store port that links which people pass on need; see store.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from livecart.domain.ids import PersonId, ShowId


class Referrals(Protocol):
    async def add(self, show: ShowId, person: PersonId, by: PersonId, now_ms: int) -> None:
        """Who came by somebody's link before stays that one's."""
        ...

    async def by(self, show: ShowId, person: PersonId) -> PersonId | None: ...

    async def brought(self, show: ShowId, limit: int) -> Sequence[tuple[PersonId, int]]:
        """Who brought how many people, the most first."""
        ...

    async def count(self, show: ShowId) -> int: ...
