"""Taking people off entries of the ledger: what moved their money stays, and nobody's accounts have it.

Every journal still sums to zero and no balance changes, so no account need be locked (docs/adr/0008).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from sqlalchemy import Select, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.bulk import insert_new_rows
from livecart.adapters.sql.tables import accounts, entries, journals, people
from livecart.domain.ids import AccountId
from livecart.domain.ledger import (
    Account,
    AccountKind,
    JournalKind,
    held_account,
    proceeds_account,
    wallet_account,
)
from livecart.domain.people import FORGOTTEN, Role
from livecart.services.store_retention import PurgeRun

# Far fewer than an engine takes as parameters of one statement.
AT_ONCE = 1_000
# No handle that anybody can register or sign in with.
_NOBODY = {
    "id": FORGOTTEN,
    "handle": "-",
    "display_name": "Former customer",
    "role": Role.VIEWER.value,
    "password_hash": "",
    "created_at_ms": 0,
}
_OF = {
    AccountKind.WALLET: wallet_account,
    AccountKind.HELD: held_account,
    AccountKind.PROCEEDS: proceeds_account,
}
WALLET = frozenset({AccountKind.WALLET})


async def add_nobody(connection: AsyncConnection) -> None:
    await insert_new_rows(connection, people, [_NOBODY])


async def move_entries(
    connection: AsyncConnection, of: Sequence[str], run: PurgeRun, kinds: Collection[AccountKind] = WALLET
) -> None:
    """Entries of these journals on accounts of these kinds go to nobody's. A journal carries their sums back."""
    for first in range(0, len(of), AT_ONCE):
        await _move(connection, of[first : first + AT_ONCE], kinds, run, f"{run.id}-{first // AT_ONCE}")


async def _move(
    connection: AsyncConnection, of: Sequence[str], kinds: Collection[AccountKind], run: PurgeRun, cause: str
) -> None:
    theirs = select(entries.c.account_id).where(entries.c.journal_id.in_(of))
    whose = select(accounts).where(
        accounts.c.id.in_(theirs),
        accounts.c.kind.in_([kind.value for kind in kinds]),
        accounts.c.owner_id.is_not(None),
        accounts.c.owner_id != FORGOTTEN,
    )
    found = {row.id: row for row in await connection.execute(whose)}
    names = sorted(found)
    moved: Counter[str] = Counter()
    for first in range(0, len(names), AT_ONCE):
        moved.update(await _take(connection, of, names[first : first + AT_ONCE]))
    if not moved:
        return
    nobodys = {name: _OF[AccountKind(row.kind)](FORGOTTEN, row.currency) for name, row in found.items()}
    await _open(connection, nobodys.values())
    for account in sorted(set(nobodys.values()), key=lambda each: each.id):
        from_ = [name for name, each in nobodys.items() if each == account]
        for first in range(0, len(from_), AT_ONCE):
            some = entries.c.account_id.in_(from_[first : first + AT_ONCE])
            which = or_(entries.c.journal_id.in_(of), entries.c.journal_id.in_(_carried()))
            await connection.execute(update(entries).where(some, which).values(account_id=account.id))
    await _carry(connection, [(name, nobodys[name], sum_) for name, sum_ in sorted(moved.items()) if sum_], run, cause)


def _carried() -> Select[tuple[str]]:
    return select(journals.c.id).where(journals.c.kind == JournalKind.CARRIED.value)


async def _take(connection: AsyncConnection, of: Sequence[str], names: Sequence[str]) -> Counter[str]:
    """What moves from each account: of these journals, and what was carried before, so that one sum is left.

    The rows are locked: another run that takes from the same account then finds what this one has left.
    """
    which = or_(entries.c.journal_id.in_(of), entries.c.journal_id.in_(_carried()))
    query = select(entries.c.account_id, entries.c.amount_minor).where(entries.c.account_id.in_(names), which)
    sums: Counter[str] = Counter()
    for row in await connection.execute(query.order_by(entries.c.id).with_for_update()):
        sums[row.account_id] += row.amount_minor
    return sums


async def _open(connection: AsyncConnection, nobodys: Collection[Account]) -> None:
    rows = {
        each.id: {
            "id": each.id,
            "owner_id": FORGOTTEN,
            "kind": each.kind.value,
            "currency": each.currency,
            "balance_minor": 0,
        }
        for each in nobodys
    }
    await insert_new_rows(connection, accounts, list(rows.values()))


async def _carry(
    connection: AsyncConnection, carried: Sequence[tuple[str, Account, int]], run: PurgeRun, cause: str
) -> None:
    if not carried:
        return
    journal = f"{JournalKind.CARRIED}:{cause}"
    row = {"id": journal, "kind": JournalKind.CARRIED.value, "cause": cause, "at_ms": run.now_ms}
    await connection.execute(insert(journals).values(row))
    await connection.execute(
        insert(entries),
        [
            {"journal_id": journal, "account_id": account, "currency": nobodys.currency, "amount_minor": amount}
            for name, nobodys, sum_ in carried
            for account, amount in ((AccountId(name), sum_), (nobodys.id, -sum_))
        ],
    )
