"""How batches find, lock and write payments, the news of them, refunds, and what is left of an order's payment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.bulk import insert_rows, update_rows
from livecart.adapters.sql.payments import payment_of, refund_of
from livecart.adapters.sql.tables import accounts, entries
from livecart.adapters.sql.tables_payments import payments, provider_events, refunds
from livecart.domain.ids import AccountId, OrderId, PaymentId
from livecart.domain.ledger import Account, AccountKind, JournalKind
from livecart.domain.payment import Heard, Payment, PaymentState
from livecart.domain.refund import Refund
from livecart.domain.takings import Takings

_SHARES = (AccountKind.PROCEEDS.value, AccountKind.FEES.value)


class PaymentShelf:
    async def load(self, connection: AsyncConnection, keys: Sequence[Any]) -> Iterable[Payment]:
        query = select(payments).where(payments.c.id.in_(keys)).order_by(payments.c.id).with_for_update()
        return [payment_of(row) for row in await connection.execute(query)]

    async def write(self, connection: AsyncConnection, changed: Sequence[tuple[Payment | None, Payment]]) -> None:
        await insert_rows(connection, payments, (_payment_row(new) for before, new in changed if before is None))
        await update_rows(connection, payments, (_moved_row(new) for before, new in changed if before is not None))


class RefundShelf:
    async def load(self, connection: AsyncConnection, keys: Sequence[Any]) -> Iterable[Refund]:
        query = select(refunds).where(refunds.c.id.in_(keys)).order_by(refunds.c.id).with_for_update()
        return [refund_of(row) for row in await connection.execute(query)]

    async def write(self, connection: AsyncConnection, changed: Sequence[tuple[Refund | None, Refund]]) -> None:
        await insert_rows(connection, refunds, (_refund_row(new) for before, new in changed if before is None))
        moved = (
            {"id": new.id, "state": new.state.value, "done_at_ms": new.done_at_ms}
            for before, new in changed
            if before is not None
        )
        await update_rows(connection, refunds, moved)


class HeardShelf:
    """Loaded after the rows that events change are locked, so that of two with one id the later sees the earlier."""

    async def load(self, connection: AsyncConnection, keys: Sequence[Any]) -> Iterable[Heard]:
        known = tuple_(provider_events.c.provider, provider_events.c.event_id).in_(keys)
        rows = await connection.execute(select(provider_events).where(known))
        return [
            Heard(row.provider, row.event_id, PaymentId(row.payment_id), PaymentState(row.state), row.at_ms)
            for row in rows
        ]

    async def write(self, connection: AsyncConnection, changed: Sequence[tuple[Heard | None, Heard]]) -> None:
        rows = (
            {
                "provider": heard.provider,
                "event_id": heard.event,
                "payment_id": heard.payment,
                "state": heard.state.value,
                "at_ms": heard.at_ms,
            }
            for _, heard in changed
        )
        await insert_rows(connection, provider_events, rows)


class TakingsShelf:
    """Summed up from the entries of an order's payment and refunds; the order itself is locked."""

    async def load(self, connection: AsyncConnection, keys: Sequence[Any]) -> Iterable[Takings]:
        journals = await _journals(connection, keys)
        query = (
            select(entries.c.journal_id, entries.c.amount_minor, accounts)
            .join(accounts, entries.c.account_id == accounts.c.id)
            .where(entries.c.journal_id.in_(list(journals)), accounts.c.kind.in_(_SHARES))
        )
        shares: defaultdict[OrderId, list[tuple[Account, int]]] = defaultdict(list)
        for row in await connection.execute(query):
            account = Account(AccountId(row.id), AccountKind(row.kind), row.owner_id, row.currency)
            shares[journals[row.journal_id]].append((account, row.amount_minor))
        return [Takings.of(order, parts) for order, parts in shares.items()]

    async def write(self, connection: AsyncConnection, changed: Sequence[tuple[Takings | None, Takings]]) -> None:
        """Nothing: the journals of the same batch say it."""


async def _journals(connection: AsyncConnection, orders: Sequence[Any]) -> Mapping[str, OrderId]:
    """The journals that moved shares of these orders, each with its order."""
    found = {f"{JournalKind.PAYMENT}:{order}": OrderId(order) for order in orders}
    query = select(refunds.c.id, refunds.c.order_id).where(refunds.c.order_id.in_(orders))
    found |= {f"{JournalKind.REFUND}:{row.id}": OrderId(row.order_id) for row in await connection.execute(query)}
    return found


def _payment_row(payment: Payment) -> dict[str, Any]:
    return {
        **_moved_row(payment),
        "provider": payment.provider,
        "person_id": payment.person,
        "order_id": payment.order,
        "currency": payment.amount.currency,
        "amount_minor": payment.amount.amount_minor,
        "created_at_ms": payment.created_at_ms,
    }


def _moved_row(payment: Payment) -> dict[str, Any]:
    return {
        "id": payment.id,
        "provider_ref": payment.ref,
        "state": payment.state.value,
        "refunded_minor": payment.refunded_minor,
        "reason": payment.reason,
        "url": payment.url,
        "updated_at_ms": payment.updated_at_ms,
    }


def _refund_row(refund: Refund) -> dict[str, Any]:
    return {
        "id": refund.id,
        "order_id": refund.order,
        "payment_id": refund.payment,
        "provider": refund.provider,
        "currency": refund.amount.currency,
        "amount_minor": refund.amount.amount_minor,
        "reason": refund.reason,
        "by_id": refund.by,
        "state": refund.state.value,
        "created_at_ms": refund.created_at_ms,
        "done_at_ms": refund.done_at_ms,
        "tries": refund.tries,
        "next_at_ms": refund.created_at_ms,
    }
