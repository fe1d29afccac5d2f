"""Opens the books for a batch of commands, with every row locked that may change, and writes what changed.

Rows are locked in one order by all processes (orders, variants, accounts; each by id), so that two batches may wait for
each other but never both ways.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql import orders as order_rows
from livecart.adapters.sql.bulk import insert_new_rows, insert_rows, update_rows
from livecart.adapters.sql.tables import (
    accounts,
    entries,
    journals,
    order_lines,
    orders,
    products,
    show_products,
    shows,
    stock_movements,
    variants,
)
from livecart.domain.books import Books, Change, Command, Needs
from livecart.domain.ids import AccountId, OrderId, PersonId, ProductId, ShowId, VariantId
from livecart.domain.ledger import Account, AccountKind, Entry, Journal
from livecart.domain.money import Money
from livecart.domain.order import Order
from livecart.domain.show import ShowState
from livecart.domain.stock import Movement, StockItem


class SqlBooks:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def open(self, commands: Sequence[Command[Any]]) -> Books:
        needs = Needs.of_all(command.needs() for command in commands)
        books = Books()
        books.orders = await self._orders(needs.orders)
        lines = chain.from_iterable(order.lines for order in books.orders.values())
        books.items = await self._items(needs.variants | {line.variant for line in lines})
        sold_in = {order.show for order in books.orders.values() if order.show is not None}
        books.shows = await self._shows(needs.shows | sold_in)
        books.rooms = await self._rooms({item.product for item in books.items.values()})
        wanted = {account.id: account for command in commands for account in command.accounts(books)}
        books.open_accounts(await self._accounts(wanted))
        return books

    async def write(self, changes: Sequence[Change[Any]], opened: Books, books: Books) -> None:
        """`opened` is the books before the changes, `books` after them; both hold rows of this transaction."""
        await self._write_orders(opened, books)
        await self._write_items(opened, books)
        await self._write_accounts(opened, books)
        moved = (_movement_row(movement) for change in changes for movement in change.movements)
        await insert_rows(self._connection, stock_movements, moved)
        booked = [journal for change in changes for journal in change.journals]
        await insert_rows(self._connection, journals, map(_journal_row, booked))
        posted = (_entry_row(journal.id, entry) for journal in booked for entry in journal.entries)
        await insert_rows(self._connection, entries, posted)

    async def _orders(self, ids: Iterable[OrderId]) -> dict[OrderId, Order]:
        wanted = sorted(ids)
        if not wanted:
            return {}
        query = select(orders).where(orders.c.id.in_(wanted)).order_by(orders.c.id).with_for_update()
        rows = (await self._connection.execute(query)).all()
        return {order.id: order for order in await order_rows.with_lines(self._connection, rows)}

    async def _items(self, ids: Iterable[VariantId]) -> dict[VariantId, StockItem]:
        wanted = sorted(ids)
        if not wanted:
            return {}
        query = (
            select(
                variants,
                variants.c.title.label("variant_title"),
                products.c.seller_id,
                products.c.currency,
                products.c.title.label("product_title"),
            )
            .join(products)
            .where(variants.c.id.in_(wanted))
            .order_by(variants.c.id)
            .with_for_update(of=variants)
        )
        return {VariantId(row.id): _item(row) for row in await self._connection.execute(query)}

    async def _shows(self, ids: Iterable[ShowId]) -> dict[ShowId, bool]:
        wanted = sorted(ids)
        if not wanted:
            return {}
        rows = await self._connection.execute(select(shows.c.id, shows.c.state).where(shows.c.id.in_(wanted)))
        return {ShowId(row.id): row.state != ShowState.ENDED for row in rows}

    async def _rooms(self, ids: Iterable[ProductId]) -> dict[ProductId, frozenset[ShowId]]:
        wanted = sorted(ids)
        if not wanted:
            return {}
        query = (
            select(show_products.c.product_id, show_products.c.show_id)
            .join(shows)
            .where(show_products.c.product_id.in_(wanted), shows.c.state != ShowState.ENDED.value)
        )
        rooms: dict[ProductId, frozenset[ShowId]] = {}
        for row in await self._connection.execute(query):
            product = ProductId(row.product_id)
            rooms[product] = rooms.get(product, frozenset()) | {ShowId(row.show_id)}
        return rooms

    async def _accounts(self, wanted: dict[AccountId, Account]) -> list[Account]:
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
        return [_account(row) for row in await self._connection.execute(query.with_for_update())]

    async def _write_orders(self, opened: Books, books: Books) -> None:
        changed = [order for key, order in books.orders.items() if order is not opened.orders.get(key)]
        new = [order for order in changed if order.id not in opened.orders]
        await insert_rows(self._connection, orders, (order_rows.order_row(order) for order in new))
        lines = (order_rows.line_row(order.id, line) for order in new for line in order.lines)
        await insert_rows(self._connection, order_lines, lines)
        moved = (order for order in changed if order.id in opened.orders)
        rows = ({"id": order.id, "state": order.state.value, "paid_at_ms": order.paid_at_ms} for order in moved)
        await update_rows(self._connection, orders, rows)

    async def _write_items(self, opened: Books, books: Books) -> None:
        changed = ((key, item) for key, item in books.items.items() if item is not opened.items[key])
        rows = (
            {"id": key, "reserved": item.reserved, "sold": item.sold, "version": item.version} for key, item in changed
        )
        await update_rows(self._connection, variants, rows)

    async def _write_accounts(self, opened: Books, books: Books) -> None:
        changed = ((key, account) for key, account in books.accounts.items() if account is not opened.accounts[key])
        rows = ({"id": key, "balance_minor": account.balance_minor} for key, account in changed)
        await update_rows(self._connection, accounts, rows)


def _item(row: Any) -> StockItem:
    return StockItem(
        variant=VariantId(row.id),
        product=ProductId(row.product_id),
        seller=PersonId(row.seller_id),
        title=row.product_title,
        variant_title=row.variant_title,
        price=Money(row.price_minor, row.currency),
        stock=row.stock,
        reserved=row.reserved,
        sold=row.sold,
        version=row.version,
    )


def _account(row: Any) -> Account:
    return Account(AccountId(row.id), AccountKind(row.kind), row.owner_id, row.currency, row.balance_minor)


def _account_row(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "owner_id": account.owner,
        "kind": account.kind.value,
        "currency": account.currency,
        "balance_minor": 0,
    }


def _journal_row(journal: Journal) -> dict[str, Any]:
    return {"id": journal.id, "kind": journal.kind.value, "cause": journal.cause, "at_ms": journal.at_ms}


def _movement_row(movement: Movement) -> dict[str, Any]:
    return {
        "variant_id": movement.variant,
        "kind": movement.kind.value,
        "quantity": movement.quantity,
        "cause": movement.cause,
        "at_ms": movement.at_ms,
    }


def _entry_row(journal: str, entry: Entry) -> dict[str, Any]:
    return {
        "journal_id": journal,
        "account_id": entry.account,
        "currency": entry.amount.currency,
        "amount_minor": entry.amount.amount_minor,
    }
