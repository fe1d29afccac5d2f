"""Taking people off what must be kept: old orders and payments lose their buyer, decisions their words.

Orders stay, since stock, offers and sellers' shares are counted from them; so do the journals, since balances are the
sum of their entries. Only whose they were is forgotten (docs/adr/0008). Nothing here changes a balance, so no account
need be locked, and what is sold meanwhile does not wait.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, delete, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql import holds
from livecart.adapters.sql.bulk import insert_new_rows
from livecart.adapters.sql.tables import (
    accounts,
    banned_addresses,
    bans,
    entries,
    journals,
    order_lines,
    orders,
    people,
    topic_decisions,
    topics,
)
from livecart.adapters.sql.tables_moderation import moderation_log, topic_referrals
from livecart.adapters.sql.tables_offers import coupon_buyers, offer_buyers
from livecart.adapters.sql.tables_payments import payments, refunds
from livecart.domain.ledger import AccountKind, JournalKind, wallet_account
from livecart.domain.legal_hold import HoldKind
from livecart.domain.order import OrderState
from livecart.domain.payment import PaymentState
from livecart.domain.people import FORGOTTEN, Role
from livecart.domain.topic import TopicStatus
from livecart.services.store_retention import Old

# No handle that anybody can register or sign in with.
_NOBODY = {
    "id": FORGOTTEN,
    "handle": "-",
    "display_name": "Former customer",
    "role": Role.VIEWER.value,
    "password_hash": "",
    "created_at_ms": 0,
}
_GIVEN_UP = (OrderState.CANCELLED.value, OrderState.EXPIRED.value)


def old_order(before_ms: int) -> ColumnElement[bool]:
    """Done with, and nothing has happened to it since: bought, sent off, or money given back."""
    younger = select(refunds.c.id).where(
        refunds.c.order_id == orders.c.id, or_(refunds.c.created_at_ms >= before_ms, refunds.c.done_at_ms.is_(None))
    )
    done_ms = func.coalesce(orders.c.fulfilled_at_ms, orders.c.paid_at_ms, orders.c.created_at_ms)
    done = orders.c.buyer_id != FORGOTTEN, orders.c.state != OrderState.RESERVED.value, done_ms < before_ms
    return and_(*done, ~younger.exists())


def old_top_ups(before_ms: int) -> Select[Any]:
    """Payments that filled a wallet."""
    table = payments.c
    done = table.state.not_in([PaymentState.CREATED.value, PaymentState.PROCESSING.value])
    kept = table.person_id.in_(holds.on(HoldKind.PERSON))
    own = table.order_id.is_(None), table.person_id != FORGOTTEN, table.updated_at_ms < before_ms
    return select(table.id).where(*own, done, ~kept).order_by(table.id)


async def forget(connection: AsyncConnection, old: Old, before_ms: int, run: str, now_ms: int) -> int:
    """In one transaction; whatever was touched or held since `old` was read is left out."""
    still = and_(orders.c.id.in_(old.orders), old_order(before_ms), ~holds.keeps_order())
    query = select(orders).where(still).order_by(orders.c.id).with_for_update()
    found = (await connection.execute(query)).all()
    ids = [row.id for row in found]
    top_ups = list(await connection.scalars(old_top_ups(before_ms).where(payments.c.id.in_(old.payments))))
    if not ids and not top_ups:
        return 0
    await insert_new_rows(connection, people, [_NOBODY])
    await _move_entries(connection, await _journals(connection, ids, top_ups), run, now_ms)
    await _move_tallies(connection, found)
    theirs = or_(payments.c.order_id.in_(ids), payments.c.id.in_(top_ups))
    await connection.execute(update(payments).where(theirs).values(person_id=FORGOTTEN, url=None))
    await connection.execute(update(refunds).where(refunds.c.order_id.in_(ids)).values(reason=""))
    await connection.execute(update(orders).where(orders.c.id.in_(ids)).values(buyer_id=FORGOTTEN))
    return len(ids) + len(top_ups)


async def _journals(connection: AsyncConnection, ids: Sequence[str], top_ups: Sequence[str]) -> Sequence[str]:
    """Those that book what these orders and payments did."""
    given_back = select(refunds.c.id).where(or_(refunds.c.order_id.in_(ids), refunds.c.payment_id.in_(top_ups)))
    of_payments = select(payments.c.id).where(or_(payments.c.order_id.in_(ids), payments.c.id.in_(top_ups)))
    back = (JournalKind.REFUND.value, JournalKind.REFUND_SENT.value, JournalKind.LATE.value)
    paid_in = (JournalKind.TOPUP.value, JournalKind.LATE.value)
    theirs = or_(
        and_(journals.c.kind == JournalKind.PAYMENT.value, journals.c.cause.in_(ids)),
        and_(journals.c.kind.in_(back), journals.c.cause.in_(given_back)),
        and_(journals.c.kind.in_(paid_in), journals.c.cause.in_(of_payments)),
    )
    return list(await connection.scalars(select(journals.c.id).where(theirs)))


async def _move_entries(connection: AsyncConnection, of: Sequence[str], run: str, now_ms: int) -> None:
    """Wallet entries go to nobody's wallet. A journal carries their sums back, so that every balance stays."""
    query = (
        select(entries.c.account_id, entries.c.currency, func.sum(entries.c.amount_minor).label("sum"))
        .join(accounts, accounts.c.id == entries.c.account_id)
        .where(entries.c.journal_id.in_(of), accounts.c.kind == AccountKind.WALLET.value)
        .group_by(entries.c.account_id, entries.c.currency)
    )
    moved = (await connection.execute(query)).all()
    if not moved:
        return
    nobodys = {row.currency: wallet_account(FORGOTTEN, row.currency) for row in moved}
    rows = [
        {"id": each.id, "owner_id": FORGOTTEN, "kind": each.kind.value, "currency": each.currency, "balance_minor": 0}
        for each in nobodys.values()
    ]
    await insert_new_rows(connection, accounts, rows)
    for currency, account in nobodys.items():
        theirs = entries.c.journal_id.in_(of), entries.c.currency == currency
        wallets = [row.account_id for row in moved if row.currency == currency]
        await connection.execute(
            update(entries).where(*theirs, entries.c.account_id.in_(wallets)).values(account_id=account.id)
        )
    carried = [row for row in moved if row.sum]
    if not carried:
        return
    journal = {"id": f"{JournalKind.CARRIED}:{run}", "kind": JournalKind.CARRIED.value, "cause": run, "at_ms": now_ms}
    await connection.execute(insert(journals).values(journal))
    for row in carried:
        for wallet, amount in ((row.account_id, int(row.sum)), (nobodys[row.currency].id, -int(row.sum))):
            entry = {"journal_id": journal["id"], "account_id": wallet, "currency": row.currency}
            await connection.execute(insert(entries).values(**entry, amount_minor=amount))


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


async def forget_decisions(connection: AsyncConnection, before_ms: int) -> int:
    """Of topics that are there the newest decision stays, without its words: what the topic is follows from it."""

    def purged(evidence: Any) -> ColumnElement[bool]:
        return ~select(moderation_log.c.number).where(moderation_log.c.evidence == evidence).exists()

    made, asked, banned = topic_decisions.c, topic_referrals.c, bans.c
    other = topic_decisions.alias("other")
    newest = select(func.max(other.c.id)).where(other.c.topic_id == made.topic_id).scalar_subquery()
    old = and_(made.at_ms < before_ms, purged(literal("topic_decision:") + made.id))
    gone = (await connection.execute(delete(topic_decisions).where(old, made.id != newest))).rowcount
    blank = update(topic_decisions).where(old, made.reason.is_not(None)).values(reason=None)
    gone += (await connection.execute(blank)).rowcount
    judged = select(topics.c.id).where(topics.c.status != TopicStatus.IN_REVIEW.value)
    pleas = asked.at_ms < before_ms, asked.topic_id.in_(judged), purged(literal("topic_referral:") + asked.id)
    held = asked.by_id.in_(holds.on(HoldKind.PERSON))
    gone += (await connection.execute(delete(topic_referrals).where(*pleas, ~held))).rowcount
    over = and_(func.coalesce(banned.lifted_at_ms, banned.until_ms) < before_ms, banned.at_ms < before_ms)
    end = literal("unban:") + banned.person_id + ":" + cast(banned.lifted_at_ms, Text)
    finished = and_(over, purged(literal("ban:") + banned.id), or_(banned.lifted_at_ms.is_(None), purged(end)))
    ids = list(await connection.scalars(select(banned.id).where(finished, banned.enforced)))
    await connection.execute(delete(banned_addresses).where(banned_addresses.c.ban_id.in_(ids)))
    await connection.execute(delete(bans).where(banned.id.in_(ids)))
    return gone + len(ids)
