"""The operation of gifts: send one. Who may how often is asked before it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from signaling.chat_ops import Asked
from signaling.messages import Body
from signaling.ports import Member, UseCases
from signaling.sale_requests import GiftSend

Answer = dict[str, Any]


class GiftOps:
    def __init__(self, use_cases: UseCases, asked: Asked) -> None:
        self._gifts = use_cases.gifts
        self._asked = asked

    def table(self) -> dict[type[Body], Callable[[Any, Any], Awaitable[Answer]]]:
        return {GiftSend: self._send}

    async def _send(self, member: Member, d: GiftSend) -> Answer:
        person, show = await self._asked(member)
        return {"gift": await self._gifts.send(person, d.key, show, d.gift, d.count)}
