"""How batches find, lock and write red packets, and who claimed them. A packet's row is the lock of all about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Column, ColumnElement, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.bulk import insert_rows, update_rows
from livecart.adapters.sql.tables import people
from livecart.adapters.sql.tables_packets import red_packet_claims, red_packet_entries, red_packets
from livecart.domain.ids import PacketId, PersonId, ShowId
from livecart.domain.money import Money
from livecart.domain.packet_split import SplitKind
from livecart.domain.packet_terms import Condition, DrawMode, PacketTerms, condition_parts
from livecart.domain.red_packet import (
    Entrant,
    EntrantList,
    Luckiest,
    PacketClaim,
    PacketEntry,
    PacketState,
    RedPacket,
)

_senders, _luckiest = people.alias("senders"), people.alias("luckiest")


class PacketShelf:
    async def load(self, connection: AsyncConnection, keys: Sequence[Any]) -> Iterable[RedPacket]:
        query = packets_query().where(red_packets.c.id.in_(keys)).order_by(red_packets.c.id)
        return map(packet_of, await connection.execute(query.with_for_update(of=red_packets)))

    async def write(self, connection: AsyncConnection, changed: Sequence[tuple[RedPacket | None, RedPacket]]) -> None:
        new = (packet for before, packet in changed if before is None)
        await insert_rows(connection, red_packets, ({**_terms_row(packet), **_state_row(packet)} for packet in new))
        moved = (packet for before, packet in changed if before is not None)
        await update_rows(connection, red_packets, map(_state_row, moved))


class ClaimShelf:
    """Claims are only ever added, but a second one of the same person has to find the first."""

    async def load(self, connection: AsyncConnection, keys: Sequence[Any]) -> Iterable[PacketClaim]:
        table = red_packet_claims.c
        query: Select[Any] = select(red_packet_claims, red_packets.c.currency).join(red_packets)
        rows = await connection.execute(query.where(_any_of(keys, table.packet_id, table.person_id)))
        return map(claim_of, rows)

    async def write(
        self, connection: AsyncConnection, changed: Sequence[tuple[PacketClaim | None, PacketClaim]]
    ) -> None:
        rows = (
            {
                "packet_id": claim.packet,
                "person_id": claim.person,
                "share": claim.share,
                "amount_minor": claim.amount.amount_minor,
                "at_ms": claim.at_ms,
            }
            for _, claim in changed
        )
        await insert_rows(connection, red_packet_claims, rows)


class EntryShelf:
    """As with claims."""

    async def load(self, connection: AsyncConnection, keys: Sequence[Any]) -> Iterable[PacketEntry]:
        table = red_packet_entries.c
        query = select(red_packet_entries).where(_any_of(keys, table.packet_id, table.person_id))
        rows = await connection.execute(query)
        return [PacketEntry(PacketId(r.packet_id), PersonId(r.person_id), r.nonce, r.at_ms) for r in rows]

    async def write(
        self, connection: AsyncConnection, changed: Sequence[tuple[PacketEntry | None, PacketEntry]]
    ) -> None:
        rows = (
            {"packet_id": entry.packet, "person_id": entry.person, "nonce": entry.nonce, "at_ms": entry.at_ms}
            for _, entry in changed
        )
        await insert_rows(connection, red_packet_entries, rows)


class EntrantsShelf:
    """All entries of a packet at once, for its draw. The packet's lock keeps new ones out."""

    async def load(self, connection: AsyncConnection, keys: Sequence[Any]) -> Iterable[EntrantList]:
        return [await self._list(connection, packet) for packet in keys]

    async def write(
        self,
        connection: AsyncConnection,  # noqa: ARG002 -- nothing is written
        changed: Sequence[tuple[EntrantList | None, EntrantList]],
    ) -> None:
        raise ValueError(f"lists of entrants are not changed: {changed}")

    async def _list(self, connection: AsyncConnection, packet: PacketId) -> EntrantList:
        query: Select[Any] = (
            select(red_packet_entries.c.person_id, red_packet_entries.c.nonce, people.c.display_name)
            .join(people, people.c.id == red_packet_entries.c.person_id)
            .where(red_packet_entries.c.packet_id == packet)
        )
        rows = (await connection.execute(query)).all()
        entrants = tuple(Entrant(PersonId(row.person_id), row.nonce) for row in rows)
        return EntrantList(packet, entrants, {PersonId(row.person_id): row.display_name for row in rows})


def _any_of(keys: Sequence[tuple[PacketId, PersonId]], packet: Column[Any], person: Column[Any]) -> ColumnElement[bool]:
    """The (packet, person) pairs among `keys`. A batch has a crowd at one packet, so each packet is named once."""
    crowds: defaultdict[PacketId, list[PersonId]] = defaultdict(list)
    for packet_id, person_id in keys:
        crowds[packet_id].append(person_id)
    return or_(*((packet == each) & person.in_(crowd) for each, crowd in crowds.items()))


def packets_query() -> Select[Any]:
    """Packets with the names of their sender and their luckiest; read with `packet_of`."""
    return (
        select(
            red_packets,
            _senders.c.display_name.label("sender_name"),
            _luckiest.c.display_name.label("luckiest_name"),
        )
        .join(_senders, _senders.c.id == red_packets.c.sender_id)
        .outerjoin(_luckiest, _luckiest.c.id == red_packets.c.luckiest_id)
    )


def packet_of(row: Any) -> RedPacket:
    luckiest = None
    if row.luckiest_id is not None:
        luckiest = Luckiest(PersonId(row.luckiest_id), row.luckiest_name, row.luckiest_minor)
    return RedPacket(
        terms=_terms(row),
        seed=row.seed,
        commitment=row.commitment,
        sender_name=row.sender_name,
        state=PacketState(row.state),
        created_at_ms=row.created_at_ms,
        claimed=row.claimed,
        claimed_minor=row.claimed_minor,
        refunded_minor=row.refunded_minor,
        entrants=row.entrants,
        luckiest=luckiest,
        version=row.version,
        changed_at_ms=row.changed_at_ms,
        told_at_ms=row.told_at_ms,
        closed_at_ms=row.closed_at_ms,
    )


def claim_of(row: Any) -> PacketClaim:
    amount = Money(row.amount_minor, row.currency)
    return PacketClaim(PacketId(row.packet_id), PersonId(row.person_id), row.share, amount, row.at_ms)


def _terms(row: Any) -> PacketTerms:
    return PacketTerms(
        packet=PacketId(row.id),
        show=ShowId(row.show_id),
        sender=PersonId(row.sender_id),
        total=Money(row.total_minor, row.currency),
        shares=row.shares,
        kind=SplitKind(row.kind),
        mode=DrawMode(row.mode),
        opens_at_ms=row.opens_at_ms,
        ends_at_ms=row.ends_at_ms,
        condition=msgspec.json.decode(row.condition, type=Condition),
    )


def _terms_row(packet: RedPacket) -> dict[str, Any]:
    terms = packet.terms
    return {
        "show_id": terms.show,
        "sender_id": terms.sender,
        "currency": terms.total.currency,
        "total_minor": terms.total.amount_minor,
        "shares": terms.shares,
        "kind": terms.kind.value,
        "mode": terms.mode.value,
        "condition": msgspec.json.encode(condition_parts(terms.condition)).decode(),
        "opens_at_ms": terms.opens_at_ms,
        "ends_at_ms": terms.ends_at_ms,
        "seed": packet.seed,
        "commitment": packet.commitment,
        "created_at_ms": packet.created_at_ms,
    }


def _state_row(packet: RedPacket) -> dict[str, Any]:
    return {
        "id": packet.terms.packet,
        "state": packet.state.value,
        "claimed": packet.claimed,
        "claimed_minor": packet.claimed_minor,
        "refunded_minor": packet.refunded_minor,
        "entrants": packet.entrants,
        "luckiest_id": packet.luckiest.person if packet.luckiest else None,
        "luckiest_minor": packet.luckiest.amount_minor if packet.luckiest else None,
        "version": packet.version,
        "changed_at_ms": packet.changed_at_ms,
        "told_at_ms": packet.told_at_ms,
        "closed_at_ms": packet.closed_at_ms,
    }
