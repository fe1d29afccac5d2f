"""Paying through a provider: the payer is sent to its page, and what comes of it is told by webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from livecart.domain.capturing import ReceiveEvent
from livecart.domain.charging import NotePage, StartPayment, StartTopUp
from livecart.domain.errors import InvalidError, NotFoundError
from livecart.domain.idempotency import request_key
from livecart.domain.ids import OrderId, PaymentId
from livecart.domain.money import Money, check_currency
from livecart.domain.order import Order
from livecart.domain.payment import WALLET, Payment
from livecart.domain.people import Permission, Person
from livecart.domain.settling import SaleTerms
from livecart.domain.topping_up import check_topup
from livecart.services.ports import Clock, Committer, Ids
from livecart.services.ports_payments import PaymentProvider
from livecart.services.store import Store
from livecart.services.views_commerce import order_view, payment_view, wallet_view
from livecart.services.wishes import known_id


@dataclass(frozen=True, slots=True)
class PaymentPorts:
    store: Store
    committer: Committer
    ids: Ids
    clock: Clock


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """`wallet`: whether orders may be paid from it."""

    currency: str
    fee_bp: int = 0
    wallet: bool = True


class Payments:
    """`providers` are those that this shop has switched on, by name."""

    def __init__(self, ports: PaymentPorts, providers: Mapping[str, PaymentProvider], terms: PaymentTerms) -> None:
        self._ports = ports
        self._providers = providers
        self._terms = terms
        check_currency(terms.currency)

    @property
    def methods(self) -> tuple[str, ...]:
        """The ways to pay an order."""
        return (*([WALLET] if self._terms.wallet else []), *self._providers)

    def now_ms(self) -> int:
        """The clock that deadlines are by."""
        return self._ports.clock.now_ms()

    @property
    def topup_methods(self) -> tuple[str, ...]:
        """The ways to pay for what a wallet is filled with."""
        return tuple(self._providers)

    def require_method(self, method: str) -> None:
        if method not in self.methods:
            known = ", ".join(self.methods) or "none is switched on"
            raise InvalidError("there is no such way to pay", fields={"method": known})

    async def pay(self, person: Person, key: str | None, order: OrderId, method: str) -> dict[str, Any]:
        """The order with `payment`, whose `url` is the page where the buyer pays.

        Raises ConflictError `order_state`, `nothing_to_pay`, `key_reused`, UnavailableError. The same key may be used
        again after each of them.
        """
        person.require(Permission.BUY)
        request = request_key(person.id, "order.pay", key, {"order": order, "method": method})
        self._provider(method)
        command = StartPayment(
            request=request,
            payment=PaymentId(self._ports.ids.new()),
            provider=method,
            order=OrderId(known_id("order", order)),
            buyer=person.id,
        )
        begun = await self._ports.committer.submit(command)
        assert begun.payment is not None
        async with self._ports.store.read() as tx:
            payment = await tx.payments.get(begun.payment)
        return order_view(begun, await self._opened(payment, begun))

    async def top_up(
        self, person: Person, key: str | None, *, method: str, amount_minor: int, currency: str | None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The wallet as it is, and the payment that will fill it."""
        person.require(Permission.BUY)
        body = {"amount_minor": amount_minor, "currency": currency, "method": method}
        request = request_key(person.id, "wallet.topup", key, body)
        self._provider(method)
        command = StartTopUp(
            request=request,
            payment=PaymentId(self._ports.ids.new()),
            provider=method,
            person=person.id,
            amount=Money(check_topup(amount_minor), currency or self._terms.currency),
        )
        begun = await self._ports.committer.submit(command)
        async with self._ports.store.read() as tx:
            wallet, payment = await tx.wallets.of(person.id), await tx.payments.get(begun.id)
        return wallet_view(wallet), payment_view(await self._opened(payment, None))

    async def get(self, person: Person, payment: PaymentId) -> dict[str, Any]:
        """The person's own payment; raises NotFoundError for another's."""
        found = await self._find(payment)
        if found.person != person.id:
            raise NotFoundError("no such payment")
        return payment_view(found)

    async def receive(self, provider: str, body: bytes, headers: Mapping[str, str]) -> Payment | None:
        """Takes a webhook, once. None: it does not concern us.

        Raises NotFoundError for a provider that is not switched on, InvalidError `bad_signature`, `bad_event`,
        ConflictError `amount_mismatch`, UnavailableError.
        """
        if provider not in self._providers:
            raise NotFoundError("no such provider")
        event = self._providers[provider].read(body, headers, self._ports.clock.now_ms())
        if event is None:
            return None
        payment = await self._find(event.payment)
        async with self._ports.store.read() as tx:
            payer = await tx.people.get(payment.person)
        terms = SaleTerms(self._terms.fee_bp, payer.display_name)
        command = ReceiveEvent(request=None, event=event, order=payment.order, payer=payer.id, terms=terms)
        return await self._ports.committer.submit(command)

    async def _opened(self, payment: Payment, order: Order | None) -> Payment:
        """The payment with its page, which is asked for outside of every transaction."""
        if payment.ref is not None:
            return payment
        title = "Wallet" if order is None else order.lines[0].title
        opened = await self._provider(payment.provider).open(payment, title, return_path(payment, order))
        note = NotePage(request=None, payment=payment.id, ref=opened.ref, url=opened.url)
        return await self._ports.committer.submit(note)

    async def _find(self, payment: PaymentId) -> Payment:
        async with self._ports.store.read() as tx:
            return await tx.payments.get(PaymentId(known_id("payment", payment)))

    def _provider(self, method: str) -> PaymentProvider:
        self.require_method(method)
        if method == WALLET:
            raise InvalidError("the wallet has no page to pay on", fields={"method": ", ".join(self._providers)})
        return self._providers[method]


def return_path(payment: Payment, order: Order | None) -> str:
    """Where the payer comes back to, and is told what came of it: the room that the order is from, else the page of
    orders and wallet."""
    if order is None:
        return f"/orders?payment={payment.id}"
    return f"/orders?order={order.id}" if order.show is None else f"/s/{order.show}?order={order.id}"
