"""Taking the buyer off old orders, which stay: stock, offers and sellers' shares are counted from them.

So do the journals, since balances are the sum of their entries. Only whose they were is forgotten (docs/adr/0008).
What else is forgotten, and how, is in the files beside this one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql import holds
from livecart.adapters.sql.bulk import insert_new_rows
from livecart.adapters.sql.forgetting_ledger import add_nobody, move_entries
from livecart.adapters.sql.tables import journals, order_lines, orders
from livecart.adapters.sql.tables_offers import coupon_buyers, offer_buyers
from livecart.adapters.sql.tables_payments import payments, refunds
from livecart.domain.ledger import JournalKind
from livecart.domain.order import OrderState
from livecart.domain.people import FORGOTTEN
from livecart.services.store_retention import PurgeRun

_GIVEN_UP = (OrderState.CANCELLED.value, OrderState.EXPIRED.value)


def _old_order(before_ms: int) -> ColumnElement[bool]:
    """Done with, and nothing has happened to it since: bought, sent off, or money given back."""
    younger = select(refunds.c.id).where(
        refunds.c.order_id == orders.c.id, or_(refunds.c.created_at_ms >= before_ms, refunds.c.done_at_ms.is_(None))
    )
    done_ms = func.coalesce(orders.c.fulfilled_at_ms, orders.c.paid_at_ms, orders.c.created_at_ms)
    done = orders.c.buyer_id != FORGOTTEN, orders.c.state != OrderState.RESERVED.value, done_ms < before_ms
    return and_(*done, ~younger.exists())


def old(before_ms: int, *, held: bool) -> Select[Any]:
    """The ids of those that may go, or of those that would if nothing held them."""
    return select(orders.c.id).where(_old_order(before_ms), holds.keeps_order() if held else ~holds.keeps_order())


async def forget(connection: AsyncConnection, ids: Sequence[str], run: PurgeRun) -> int:
    """In one transaction; whatever was touched or held since they were read is left out."""
    still = orders.c.id.in_(ids), _old_order(run.before_ms), ~holds.keeps_order()
    query = select(orders).where(*still).order_by(orders.c.id).with_for_update()
    found = (await connection.execute(query)).all()
    ids = [row.id for row in found]
    if not ids:
        return 0
    await add_nobody(connection)
    await move_entries(connection, await _journals(connection, ids), run)
    await _move_tallies(connection, found)
    theirs = payments.c.order_id.in_(ids)
    await connection.execute(update(payments).where(theirs).values(person_id=FORGOTTEN, url=None))
    await connection.execute(update(refunds).where(refunds.c.order_id.in_(ids)).values(reason=""))
    await connection.execute(update(orders).where(orders.c.id.in_(ids)).values(buyer_id=FORGOTTEN))
    return len(ids)


async def _journals(connection: AsyncConnection, ids: Sequence[str]) -> Sequence[str]:
    """Those that book what these orders and their payments did."""
    given_back = select(refunds.c.id).where(refunds.c.order_id.in_(ids))
    of_payments = select(payments.c.id).where(payments.c.order_id.in_(ids))
    back = (JournalKind.REFUND.value, JournalKind.REFUND_SENT.value, JournalKind.LATE.value)
    paid_in = (JournalKind.TOPUP.value, JournalKind.LATE.value)
    theirs = or_(
        and_(journals.c.kind == JournalKind.PAYMENT.value, journals.c.cause.in_(ids)),
        and_(journals.c.kind.in_(back), journals.c.cause.in_(given_back)),
        and_(journals.c.kind.in_(paid_in), journals.c.cause.in_(of_payments)),
    )
    return list(await connection.scalars(select(journals.c.id).where(theirs)))


async def _move_tallies(connection: AsyncConnection, found: Sequence[Any]) -> None:
    """What a buyer has had of offers and coupons is counted from the orders, so it goes with them."""
    of_offers: Counter[tuple[str, str]] = Counter()
    buyers = {row.id: row.buyer_id for row in found if row.paid_at_ms is not None}
    # A bundle's lines all name the same units, which count once.
    lines = select(order_lines.c.order_id, order_lines.c.offer_id, order_lines.c.offer_units).distinct()
    units = lines.where(order_lines.c.order_id.in_(list(buyers)), order_lines.c.offer_id.is_not(None))
    for row in await connection.execute(units):
        of_offers[row.offer_id, buyers[row.order_id]] += row.offer_units
    of_coupons = Counter(
        (row.coupon, row.buyer_id)
        for row in found
        if row.coupon is not None and (row.state not in _GIVEN_UP or row.paid_at_ms is not None)
    )
    await _move(connection, offer_buyers, ("offer_id", "units"), of_offers)
    await _move(connection, coupon_buyers, ("code", "uses"), of_coupons)


async def _move(
    connection: AsyncConnection, table: Any, names: tuple[str, str], counts: Mapping[tuple[str, str], int]
) -> None:
    """From each buyer's row to nobody's of the same thing."""
    key, value = names
    for (thing, buyer), count in sorted(counts.items()):
        await insert_new_rows(connection, table, [{key: thing, "buyer_id": FORGOTTEN, value: 0}])
        for person, change in ((buyer, -count), (FORGOTTEN, count)):
            of = table.c[key] == thing, table.c.buyer_id == person
            await connection.execute(update(table).where(*of).values({value: table.c[value] + change}))
        emptied = table.c[key] == thing, table.c.buyer_id == buyer, table.c[value] == 0
        await connection.execute(delete(table).where(*emptied))
