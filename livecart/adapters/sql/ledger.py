"""Reading wallets. Posting to accounts is the group committer's (books.py)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.tables import accounts
from livecart.domain.ids import PersonId
from livecart.domain.ledger import AccountKind, Wallet
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
