"""The operations of waitlists: join one, leave one. The same use cases as HTTP's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from livecart.services.waitlist import WaitWish
from signaling.chat_ops import Asked
from signaling.messages import Body
from signaling.ports import Member, UseCases
from signaling.sale_requests import WaitlistJoin, WaitlistLeave

Answer = dict[str, Any]


class WaitOps:
    def __init__(self, use_cases: UseCases, asked: Asked) -> None:
        self._waitlist = use_cases.waitlist
        self._asked = asked

    def table(self) -> dict[type[Body], Callable[[Any, Any], Awaitable[Answer]]]:
        return {WaitlistJoin: self._join, WaitlistLeave: self._leave}

    async def _join(self, member: Member, d: WaitlistJoin) -> Answer:
        person, show = await self._asked(member)
        return {"place": await self._waitlist.join(person, WaitWish(show, d.variant, d.offer, d.quantity))}

    async def _leave(self, member: Member, d: WaitlistLeave) -> Answer:
        person, _ = await self._asked(member)
        return {"place": await self._waitlist.leave(person, d.place)}
