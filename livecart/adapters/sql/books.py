"""Opens the books for a batch of commands, with every row locked that may change, and writes what changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.bulk import insert_new_rows, update_rows
from livecart.adapters.sql.ledger import account_of
from livecart.adapters.sql.records import RECORDS
from livecart.adapters.sql.shelves import HEADS, OTHERS, Shelf
from livecart.adapters.sql.tables import accounts
from livecart.domain.books import Books, Change, Command, Need
from livecart.domain.ids import AccountId
from livecart.domain.ledger import Account, AccountKind

Wanted = defaultdict[type[Any], set[Hashable]]


class SqlBooks:
    """The books of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def open(self, commands: Sequence[Command[Any]]) -> Books:
        books, wanted = Books(), Wanted(set)
        _add(wanted, chain.from_iterable(command.needs() for command in commands))
        await self._fetch(books, HEADS, wanted)
        _add(wanted, chain.from_iterable(command.also(books) for command in commands))
        await self._fetch(books, OTHERS, wanted)
        books.enter(await self._accounts({a.id: a for command in commands for a in command.accounts(books)}))
        return books

    async def write(self, changes: Sequence[Change[Any]], books: Books) -> None:
        for kind, shelf in (HEADS | OTHERS).items():
            if changed := list(books.changed(kind)):
                await shelf.write(self._connection, changed)
        posted_to = (
            {"id": account.id, "balance_minor": account.balance_minor} for _, account in books.changed(Account)
        )
        await update_rows(self._connection, accounts, posted_to)
        records = [record for change in changes for record in change.records]
        for kind, add in RECORDS.items():
            if added := [record for record in records if isinstance(record, kind)]:
                await add(self._connection, added)

    async def _fetch(self, books: Books, shelves: Mapping[type[Any], Shelf[Any]], wanted: Wanted) -> None:
        for kind, shelf in shelves.items():
            if keys := wanted[kind]:
                books.enter(await shelf.load(self._connection, sorted(keys)))

    async def _accounts(self, wanted: Mapping[AccountId, Account]) -> list[Account]:
        """The accounts and the other wallets of their owners, locked; those that do not exist yet are opened at zero.

        The empty row comes first, so that two batches cannot both find no account and both fill it.
        """
        if not wanted:
            return []
        rows = [_account_row(wanted[account]) for account in sorted(wanted)]
        await insert_new_rows(self._connection, accounts, rows)
        owners = {account.owner for account in wanted.values() if account.kind is AccountKind.WALLET}
        theirs = (accounts.c.kind == AccountKind.WALLET.value) & accounts.c.owner_id.in_(owners)
        query = select(accounts).where(or_(accounts.c.id.in_(wanted), theirs)).order_by(accounts.c.id)
        return [account_of(row) for row in await self._connection.execute(query.with_for_update())]


def _add(wanted: Wanted, needs: Iterable[Need]) -> None:
    for kind, key in needs:
        wanted[kind].add(key)


def _account_row(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "owner_id": account.owner,
        "kind": account.kind.value,
        "currency": account.currency,
        "balance_minor": 0,
    }
