"""The operations of duels."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from livecart.domain.ids import DuelId, ShowId
from livecart.services.duels import Duels
from signaling.chat_ops import Asked
from signaling.duel_messages import DuelAccept, DuelDecline, DuelEnd, DuelInvite
from signaling.messages import Body
from signaling.ports import Member

Answer = dict[str, Any]


class DuelOps:
    def __init__(self, duels: Duels, host: Asked) -> None:
        self._duels = duels
        self._host = host

    def table(self) -> dict[type[Body], Callable[[Any, Any], Awaitable[Answer]]]:
        return {
            DuelInvite: self._invite,
            DuelAccept: self._accept,
            DuelDecline: self._decline,
            DuelEnd: self._end,
        }

    async def _invite(self, member: Member, d: DuelInvite) -> Answer:
        person, show = await self._host(member)
        return {"duel": await self._duels.invite(person, show, ShowId(d.show), d.minutes)}

    async def _accept(self, member: Member, d: DuelAccept) -> Answer:
        person, _ = await self._host(member)
        return {"duel": await self._duels.accept(person, DuelId(d.duel))}

    async def _decline(self, member: Member, d: DuelDecline) -> Answer:
        person, _ = await self._host(member)
        return {"duel": await self._duels.decline(person, DuelId(d.duel))}

    async def _end(self, member: Member, d: DuelEnd) -> Answer:
        person, _ = await self._host(member)
        return {"duel": await self._duels.end(person, DuelId(d.duel))}
