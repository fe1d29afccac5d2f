"""Reading wallets. Posting to accounts is the group committer's (books.py)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.tables import accounts
from livecart.domain.ids import AccountId, PersonId
from livecart.domain.ledger import Account, AccountKind, Wallet
from livecart.domain.money import Money


class SqlWallets:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, person: PersonId) -> Wallet:
        query = (
            select(accounts.c.balance_minor, accounts.c.currency)
            .where(accounts.c.owner_id == person, accounts.c.kind == AccountKind.WALLET.value)
            .order_by(accounts.c.currency)
        )
        rows = await self._connection.execute(query)
        return Wallet(person, tuple(Money(row.balance_minor, row.currency) for row in rows))

    async def proceeds(self, person: PersonId) -> Sequence[Account]:
        query = (
            select(accounts)
            .where(accounts.c.owner_id == person, accounts.c.kind == AccountKind.PROCEEDS.value)
            .order_by(accounts.c.currency)
        )
        return [account_of(row) for row in await self._connection.execute(query)]


def account_of(row: Any) -> Account:
    return Account(AccountId(row.id), AccountKind(row.kind), row.owner_id, row.currency, row.balance_minor)
