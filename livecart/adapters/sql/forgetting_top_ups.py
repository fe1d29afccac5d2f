"""Taking people off what filled their wallets: payments of providers, and the demo's money for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql import holds
from livecart.adapters.sql.forgetting_ledger import add_nobody, move_entries
from livecart.adapters.sql.tables import accounts, entries, journals
from livecart.adapters.sql.tables_payments import payments, refunds
from livecart.domain.ledger import AccountKind, JournalKind
from livecart.domain.payment import PaymentState
from livecart.domain.people import FORGOTTEN
from livecart.services.store_retention import PurgeRun

_TABLE = payments.c


def _paid(before_ms: int) -> ColumnElement[bool]:
    """Payments for no order, that nothing becomes of any more."""
    done = _TABLE.state.not_in([PaymentState.CREATED.value, PaymentState.PROCESSING.value])
    younger = select(refunds.c.id).where(
        refunds.c.payment_id == _TABLE.id, or_(refunds.c.created_at_ms >= before_ms, refunds.c.done_at_ms.is_(None))
    )
    own = _TABLE.order_id.is_(None), _TABLE.person_id != FORGOTTEN, _TABLE.updated_at_ms < before_ms
    return and_(*own, done, ~younger.exists())


def _given(before_ms: int, owner: ColumnElement[bool]) -> ColumnElement[bool]:
    """Journals that filled a wallet without a payment; `owner`: whose."""
    wallets = select(entries.c.journal_id).join(accounts, accounts.c.id == entries.c.account_id)
    wallets = wallets.where(accounts.c.kind == AccountKind.WALLET.value, accounts.c.owner_id != FORGOTTEN, owner)
    paid = select(_TABLE.id).where(_TABLE.id == journals.c.cause)
    filled = journals.c.kind == JournalKind.TOPUP.value, journals.c.at_ms < before_ms
    return and_(*filled, ~paid.exists(), journals.c.id.in_(wallets))


def old(before_ms: int, *, held: bool) -> Select[Any]:
    """Ids of payments, and those of journals where there was no payment."""
    on_hold = holds.on_person(_TABLE.person_id), holds.on_person(accounts.c.owner_id)
    payment, owner = on_hold if held else (~on_hold[0], ~on_hold[1])
    both = union_all(
        select(_TABLE.id.label("id")).where(_paid(before_ms), payment),
        select(journals.c.id.label("id")).where(_given(before_ms, owner)),
    ).subquery()
    return select(both.c.id)


async def forget(connection: AsyncConnection, ids: Sequence[str], run: PurgeRun) -> int:
    still = _TABLE.id.in_(ids), _paid(run.before_ms), ~holds.on_person(_TABLE.person_id)
    paid = list(await connection.scalars(select(_TABLE.id).where(*still).with_for_update()))
    free = journals.c.id.in_(ids), _given(run.before_ms, ~holds.on_person(accounts.c.owner_id))
    await connection.execute(select(journals.c.id).where(*free).with_for_update())
    # Asked again: whoever waited for another purge is given its rows as they were, since what it changed are entries.
    given = list(await connection.scalars(select(journals.c.id).where(*free)))
    if not paid and not given:
        return 0
    await add_nobody(connection)
    back = select(refunds.c.id).where(refunds.c.payment_id.in_(paid))
    kinds = (JournalKind.TOPUP.value, JournalKind.LATE.value)
    sent = (JournalKind.REFUND.value, JournalKind.REFUND_SENT.value, JournalKind.LATE.value)
    theirs = or_(
        and_(journals.c.kind.in_(kinds), journals.c.cause.in_(paid)),
        and_(journals.c.kind.in_(sent), journals.c.cause.in_(back)),
    )
    booked = list(await connection.scalars(select(journals.c.id).where(theirs)))
    await move_entries(connection, [*booked, *given], run)
    blank = update(refunds).where(refunds.c.payment_id.in_(paid), refunds.c.order_id.is_(None))
    await connection.execute(blank.values(reason=""))
    await connection.execute(update(payments).where(_TABLE.id.in_(paid)).values(person_id=FORGOTTEN, url=None))
    return len(paid) + len(given)
