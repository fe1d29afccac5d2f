"""The operations of red packets: send one, claim one. Who may how often is asked before each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from livecart.domain.ids import PacketId
from livecart.domain.packet_terms import Condition
from livecart.services.packet_requests import PacketRequest
from signaling.chat_ops import Asked
from signaling.messages import Body
from signaling.ports import Member, UseCases
from signaling.sale_requests import PacketClaim, PacketOpen

Answer = dict[str, Any]


class PacketOps:
    def __init__(self, use_cases: UseCases, asked: Asked) -> None:
        self._packets = use_cases.packets
        self._asked = asked

    def table(self) -> dict[type[Body], Callable[[Any, Any], Awaitable[Answer]]]:
        return {PacketOpen: self._open, PacketClaim: self._claim}

    async def _open(self, member: Member, d: PacketOpen) -> Answer:
        person, show = await self._asked(member)
        wanted = PacketRequest(
            total_minor=d.total_minor,
            shares=d.shares,
            kind=d.kind,
            mode=d.mode,
            opens_in_s=d.opens_in_s,
            draw_in_s=d.draw_in_s,
            condition=Condition() if d.condition is None else _condition(d),
            currency=d.currency,
        )
        return {"packet": await self._packets.open(person, d.key, show, wanted)}

    async def _claim(self, member: Member, d: PacketClaim) -> Answer:
        person, _ = await self._asked(member)
        return await self._packets.claim(person, PacketId(d.packet), nonce=d.nonce)


def _condition(d: PacketOpen) -> Condition:
    asked = d.condition
    assert asked is not None
    return Condition(asked.follow, asked.phrase, asked.watched_s, asked.bought)
