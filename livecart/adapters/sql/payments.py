"""Reading payments and refunds. They are changed by the group committer, but for the tries to send a refund."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.tables_payments import payments, refunds
from livecart.domain.errors import NotFoundError
from livecart.domain.ids import OrderId, PaymentId, PersonId, RefundId
from livecart.domain.money import Money
from livecart.domain.payment import Payment, PaymentState
from livecart.domain.refund import Refund, RefundState


class SqlPayments:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, payment: PaymentId) -> Payment:
        row = (await self._connection.execute(select(payments).where(payments.c.id == payment))).first()
        if row is None:
            raise NotFoundError("no such payment")
        return payment_of(row)

    async def many(self, wanted: Sequence[PaymentId]) -> Mapping[PaymentId, Payment]:
        if not wanted:
            return {}
        rows = await self._connection.execute(select(payments).where(payments.c.id.in_(wanted)))
        return {PaymentId(row.id): payment_of(row) for row in rows}

    async def refunds_due(self, now_ms: int, limit: int) -> Sequence[Refund]:
        query = select(refunds).where(refund_is_due(now_ms)).order_by(refunds.c.next_at_ms).limit(limit)
        return [refund_of(row) for row in await self._connection.execute(query)]

    async def put_off(self, refund: RefundId, next_at_ms: int, fault: str) -> None:
        pending = (refunds.c.id == refund) & (refunds.c.state == RefundState.PENDING.value)
        values = {"tries": refunds.c.tries + 1, "next_at_ms": next_at_ms, "fault": fault}
        await self._connection.execute(update(refunds).where(pending).values(values))

    async def refunds_waiting(self) -> int:
        query = select(func.count()).select_from(refunds).where(refunds.c.state == RefundState.PENDING.value)
        return int((await self._connection.execute(query)).scalar_one())


def refund_is_due(now_ms: int | ColumnElement[int]) -> ColumnElement[bool]:
    return (refunds.c.state == RefundState.PENDING.value) & (refunds.c.next_at_ms <= now_ms)


def payment_of(row: Any) -> Payment:
    return Payment(
        id=PaymentId(row.id),
        provider=row.provider,
        person=PersonId(row.person_id),
        order=None if row.order_id is None else OrderId(row.order_id),
        amount=Money(row.amount_minor, row.currency),
        state=PaymentState(row.state),
        created_at_ms=row.created_at_ms,
        updated_at_ms=row.updated_at_ms,
        ref=row.provider_ref,
        url=row.url,
        refunded_minor=row.refunded_minor,
        reason=row.reason,
    )


def refund_of(row: Any) -> Refund:
    return Refund(
        id=RefundId(row.id),
        order=None if row.order_id is None else OrderId(row.order_id),
        payment=None if row.payment_id is None else PaymentId(row.payment_id),
        provider=row.provider,
        amount=Money(row.amount_minor, row.currency),
        reason=row.reason,
        by=None if row.by_id is None else PersonId(row.by_id),
        state=RefundState(row.state),
        created_at_ms=row.created_at_ms,
        done_at_ms=row.done_at_ms,
        tries=row.tries,
    )
