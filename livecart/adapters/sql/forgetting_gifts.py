"""Taking the giver off old streaks of gifts, which stay: hosts were paid for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql import holds
from livecart.adapters.sql.forgetting_ledger import add_nobody, move_entries
from livecart.adapters.sql.tables_gifts import gift_streaks
from livecart.domain.ledger import AccountKind, JournalKind
from livecart.domain.people import FORGOTTEN
from livecart.services.store_retention import PurgeRun

_TABLE = gift_streaks.c
# The host's share stays his.
_GIVERS = frozenset({AccountKind.WALLET, AccountKind.HELD})


def old(before_ms: int, *, held: bool) -> Select[Any]:
    kept = holds.on_person(_TABLE.sender_id) | holds.on_show(_TABLE.show_id)
    done = _TABLE.ended_at_ms < before_ms, _TABLE.sender_id != FORGOTTEN
    return select(_TABLE.id).where(*done, kept if held else ~kept)


async def forget(connection: AsyncConnection, ids: Sequence[str], run: PurgeRun) -> int:
    still = old(run.before_ms, held=False).add_columns(_TABLE.sends).where(_TABLE.id.in_(ids))
    found = (await connection.execute(still.with_for_update())).all()
    if not found:
        return 0
    await add_nobody(connection)
    paid = [f"{JournalKind.GIFT_PAID}:{row.id}" for row in found]
    taken = [f"{JournalKind.GIFT_HELD}:{row.id}:{number + 1}" for row in found for number in range(row.sends)]
    await move_entries(connection, [*taken, *paid], run, _GIVERS)
    mine = _TABLE.id.in_([row.id for row in found])
    await connection.execute(update(gift_streaks).where(mine).values(sender_id=FORGOTTEN))
    return len(found)
