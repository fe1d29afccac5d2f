"""Reading red packets and what their conditions ask for. The group committer writes them (shelf_packets.py)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.shelf_packets import claim_of, packet_of, packets_query
from livecart.adapters.sql.tables import chat_messages, orders, people
from livecart.adapters.sql.tables_packets import (
    UNCLOSED,
    red_packet_claims,
    red_packet_entries,
    red_packet_rules,
    red_packets,
)
from livecart.domain.errors import NotFoundError
from livecart.domain.ids import PacketId, PersonId, ShowId
from livecart.domain.order import OrderState
from livecart.domain.red_packet import TELL_EVERY_MS, Entrant, PacketClaim, PacketState, RedPacket
from livecart.services.store_packets import DueStep

# Nobody says more between two of his claims.
_LINES_READ = 200


class SqlPackets:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, packet: PacketId) -> RedPacket:
        row = (await self._connection.execute(packets_query().where(red_packets.c.id == packet))).one_or_none()
        if row is None:
            raise NotFoundError("no such red packet")
        return packet_of(row)

    async def of_show(self, show: ShowId, closed_since_ms: int, limit: int) -> Sequence[RedPacket]:
        table = red_packets.c
        query = packets_query().where(
            table.show_id == show, or_(table.closed_at_ms.is_(None), table.closed_at_ms >= closed_since_ms)
        )
        rows = await self._connection.execute(query.order_by(table.created_at_ms.desc(), table.id).limit(limit))
        return [packet_of(row) for row in rows]

    async def claims(self, packet: PacketId, after: int, limit: int) -> Sequence[tuple[PacketClaim, str]]:
        table = red_packet_claims.c
        query: Select[Any] = (
            select(red_packet_claims, red_packets.c.currency, people.c.display_name)
            .join(red_packets, red_packets.c.id == table.packet_id)
            .join(people, people.c.id == table.person_id)
            .where(table.packet_id == packet, table.share > after)
            .order_by(table.share)
            .limit(limit)
        )
        return [(claim_of(row), row.display_name) for row in await self._connection.execute(query)]

    async def claim_of(self, packet: PacketId, person: PersonId) -> PacketClaim | None:
        table = red_packet_claims.c
        query: Select[Any] = select(red_packet_claims, red_packets.c.currency).join(red_packets)
        query = query.where(table.packet_id == packet, table.person_id == person)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else claim_of(row)

    async def entry_of(self, packet: PacketId, person: PersonId) -> Entrant | None:
        table = red_packet_entries.c
        query = select(table.nonce).where(table.packet_id == packet, table.person_id == person)
        nonce = (await self._connection.execute(query)).scalar_one_or_none()
        return None if nonce is None else Entrant(person, nonce)

    async def entrants(self, packet: PacketId) -> Sequence[Entrant]:
        table = red_packet_entries.c
        rows = await self._connection.execute(select(table.person_id, table.nonce).where(table.packet_id == packet))
        return [Entrant(PersonId(row.person_id), row.nonce) for row in rows]

    async def due(self, now_ms: int, limit: int) -> Sequence[tuple[PacketId, DueStep]]:
        table = red_packets.c
        query = select(table.id, table.ends_at_ms, table.state).where(packet_is_due(now_ms))
        query = query.order_by(table.ends_at_ms).limit(limit)
        rows = await self._connection.execute(query)
        return [(PacketId(row.id), _step(row, now_ms)) for row in rows]

    async def anybody_sends(self, show: ShowId) -> bool:
        query = select(red_packet_rules.c.senders).where(red_packet_rules.c.show_id == show)
        return (await self._connection.execute(query)).scalar_one_or_none() == "everyone"

    async def let_send(self, show: ShowId, *, anybody: bool) -> None:
        await self._connection.execute(red_packet_rules.delete().where(red_packet_rules.c.show_id == show))
        senders = "everyone" if anybody else "host"
        await self._connection.execute(red_packet_rules.insert().values(show_id=show, senders=senders))

    async def lines_of(self, show: ShowId, author: PersonId, since_ms: int) -> Sequence[str]:
        table = chat_messages.c
        query = (
            select(table.text)
            .where(table.author_id == author, table.show_id == show)
            .where(table.at_ms >= since_ms, table.deleted_at_ms.is_(None))
            .order_by(table.at_ms.desc())
            .limit(_LINES_READ)
        )
        return [row.text for row in await self._connection.execute(query)]

    async def has_bought(self, show: ShowId, person: PersonId) -> bool:
        paid = (OrderState.PAID.value, OrderState.FULFILLED.value)
        query = select(orders.c.id).where(orders.c.buyer_id == person, orders.c.show_id == show)
        found = await self._connection.execute(query.where(orders.c.state.in_(paid)).limit(1))
        return found.first() is not None


def packet_is_due(now_ms: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Whether it is to be opened, closed, or told of again."""
    table = red_packets.c
    waiting = (table.state == PacketState.ANNOUNCED.value) & (table.opens_at_ms <= now_ms)
    untold = (table.changed_at_ms > table.told_at_ms) & (table.told_at_ms <= now_ms - TELL_EVERY_MS)
    return and_(UNCLOSED, or_(table.ends_at_ms <= now_ms, waiting, untold))


def _step(row: Any, now_ms: int) -> DueStep:
    if row.ends_at_ms <= now_ms:
        return DueStep.CLOSE
    return DueStep.START if row.state == PacketState.ANNOUNCED.value else DueStep.TELL
