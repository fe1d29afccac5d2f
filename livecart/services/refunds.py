"""What a seller does with a paid order: refunds it, in full or in part, and sends the goods off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from livecart.domain.errors import ConflictError, InvalidError, UnavailableError
from livecart.domain.fulfilling import FulfilOrder
from livecart.domain.idempotency import request_key
from livecart.domain.ids import OrderId, PaymentId, RefundId
from livecart.domain.order import Order
from livecart.domain.payment import Payment
from livecart.domain.people import Permission, Person
from livecart.domain.refund import Refund, check_reason, wait_ms
from livecart.domain.refunding import RefundOrder, SettleRefund
from livecart.services.payments import PaymentPorts
from livecart.services.ports_payments import PaymentProvider
from livecart.services.views_commerce import order_view
from livecart.services.wishes import known_id

SENT_AT_ONCE = 50
_FAULT_MAX = 500


class Refunds:
    """The seller of all that is in an order, or whoever may refund any order, decides."""

    def __init__(self, ports: PaymentPorts, providers: Mapping[str, PaymentProvider]) -> None:
        self._ports = ports
        self._providers = providers

    async def refund(
        self,
        person: Person,
        key: str | None,
        order: OrderId,
        *,
        amount_minor: int | None,
        reason: str,
        return_goods: bool,
    ) -> dict[str, Any]:
        """Gives back `amount_minor`, or all that is left, the way it was paid; a provider is told by a job.

        Raises ConflictError `order_state`, `refund_too_large`, `goods_returned`, `insufficient_funds`, `key_reused`.
        """
        for_shop = _for_shop(person)
        body = {"order": order, "amount_minor": amount_minor, "reason": reason, "return_goods": return_goods}
        request = request_key(person.id, "order.refund", key, body)
        if amount_minor is not None and (type(amount_minor) is not int or amount_minor < 1):
            raise InvalidError("the amount is not valid", fields={"amount_minor": "1 or more"})
        command = RefundOrder(
            request=request,
            refund=RefundId(self._ports.ids.new()),
            order=OrderId(known_id("order", order)),
            by=person.id,
            for_shop=for_shop,
            amount_minor=amount_minor,
            reason=check_reason(reason),
            return_goods=return_goods,
        )
        return await self._view(await self._ports.committer.submit(command))

    async def fulfil(self, person: Person, key: str | None, order: OrderId) -> dict[str, Any]:
        """Raises ConflictError `order_state` for an order that is not paid."""
        for_shop = _for_shop(person)
        request = request_key(person.id, "order.fulfil", key, {"order": order})
        command = FulfilOrder(request=request, order=OrderId(known_id("order", order)), by=person.id, for_shop=for_shop)
        return await self._view(await self._ports.committer.submit(command))

    async def send_due(self, now_ms: int) -> int:
        """Sends the refunds that are due to their providers; returns how many were taken.

        Safe to run twice and on two machines: a provider knows a refund by its key.
        """
        async with self._ports.store.read() as tx:
            due = await tx.payments.refunds_due(now_ms, SENT_AT_ONCE)
            wanted = [refund.payment for refund in due if refund.payment is not None]
            payments = await tx.payments.many(wanted)
        sent = 0
        for refund in due:
            assert refund.payment is not None
            sent += await self._send(refund, payments[refund.payment], now_ms)
        return sent

    async def _send(self, refund: Refund, payment: Payment, now_ms: int) -> bool:
        provider = self._providers.get(refund.provider)
        try:
            if provider is None:
                raise ConflictError(f"the provider '{refund.provider}' is switched off")
            await provider.refund(refund, payment)
        except (ConflictError, UnavailableError) as error:
            async with self._ports.store.write() as tx:
                fault = error.message[:_FAULT_MAX]
                await tx.payments.put_off(refund.id, now_ms + wait_ms(refund.tries), fault)
            return False
        command = SettleRefund(
            request=None, refund=refund.id, provider=refund.provider, currency=refund.amount.currency
        )
        await self._ports.committer.submit(command)
        return True

    async def _view(self, order: Order) -> dict[str, Any]:
        payment: Payment | None = None
        if order.payment is not None:
            async with self._ports.store.read() as tx:
                payment = await tx.payments.get(PaymentId(order.payment))
        return order_view(order, payment)


def _for_shop(person: Person) -> bool:
    if person.may(Permission.REFUND_ANY_ORDER):
        return True
    person.require(Permission.SELL)
    return False
