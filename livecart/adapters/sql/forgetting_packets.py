"""Taking everybody off old red packets: who sent one, who entered, who got what.

The packet stays with its sums, and so do its bookings: the audit counts that as many people were paid as before. Its
draw can be proven no more, since the proof is the list of those who entered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, Text, cast, delete, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql import holds
from livecart.adapters.sql.forgetting_ledger import add_nobody, move_entries
from livecart.adapters.sql.tables import entries, journals
from livecart.adapters.sql.tables_packets import red_packet_claims, red_packet_entries, red_packets
from livecart.domain.ledger import AccountKind, JournalKind
from livecart.domain.people import FORGOTTEN
from livecart.services.store_retention import PurgeRun

_TABLE, _CLAIM, _ENTRY = red_packets.c, red_packet_claims.c, red_packet_entries.c
# A share that a full wallet had no room for went to the proceeds.
_PEOPLE = frozenset({AccountKind.WALLET, AccountKind.PROCEEDS})


def old(before_ms: int, *, held: bool) -> Select[Any]:
    entered = select(_ENTRY.packet_id).where(holds.on_person(_ENTRY.person_id))
    got = select(_CLAIM.packet_id).where(holds.on_person(_CLAIM.person_id))
    kept = holds.on_person(_TABLE.sender_id) | holds.on_show(_TABLE.show_id)
    kept = kept | _TABLE.id.in_(entered) | _TABLE.id.in_(got)
    done = _TABLE.closed_at_ms < before_ms, _TABLE.sender_id != FORGOTTEN
    return select(_TABLE.id).where(*done, kept if held else ~kept)


async def forget(connection: AsyncConnection, ids: Sequence[str], run: PurgeRun) -> int:
    still = old(run.before_ms, held=False).add_columns(_TABLE.currency).where(_TABLE.id.in_(ids))
    found = (await connection.execute(still.with_for_update())).all()
    if not found:
        return 0
    await add_nobody(connection)
    mine = [row.id for row in found]
    await _rename(connection, mine)
    escrows = [f"{AccountKind.ESCROW}:{row.id}:{row.currency}" for row in found]
    booked = select(entries.c.journal_id).where(entries.c.account_id.in_(escrows)).distinct()
    await move_entries(connection, list(await connection.scalars(booked)), run, _PEOPLE)
    await connection.execute(delete(red_packet_claims).where(_CLAIM.packet_id.in_(mine)))
    await connection.execute(delete(red_packet_entries).where(_ENTRY.packet_id.in_(mine)))
    nobody = {"sender_id": FORGOTTEN, "luckiest_id": None, "luckiest_minor": None}
    await connection.execute(update(red_packets).where(_TABLE.id.in_(mine)).values(**nobody))
    return len(mine)


async def _rename(connection: AsyncConnection, packets: Sequence[str]) -> None:
    """The booking of a claim is named by the share instead of by whose it was."""
    prefix = literal(f"{JournalKind.PACKET_CLAIMED}:")
    cause = _CLAIM.packet_id + ":" + cast(_CLAIM.share, Text)
    named = prefix + _CLAIM.packet_id + ":" + _CLAIM.person_id
    theirs = _CLAIM.packet_id.in_(packets)
    renamed = (
        select(prefix + cause, journals.c.kind, cause, journals.c.at_ms)
        .join(red_packet_claims, journals.c.id == named)
        .where(theirs)
    )
    await connection.execute(insert(journals).from_select(["id", "kind", "cause", "at_ms"], renamed))
    before = select(named).where(theirs).correlate(None)
    after = select(prefix + cause).where(theirs, named == entries.c.journal_id).scalar_subquery()
    await connection.execute(update(entries).where(entries.c.journal_id.in_(before)).values(journal_id=after))
    await connection.execute(delete(journals).where(journals.c.id.in_(before)))
