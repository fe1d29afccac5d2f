"""Paying through the sandbox in a test's own shop, with webhooks handed in as a provider would send them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from livecart.adapters.payments.sandbox import SIGNATURE_HEADER, SandboxProvider, webhook_key
from livecart.adapters.sql.tables import accounts
from livecart.domain.errors import UnavailableError
from livecart.domain.ids import OrderId, PaymentId, PersonId
from livecart.domain.order import RESERVATION_MS
from livecart.domain.payment import Payment, PaymentState
from livecart.domain.people import Person, Role
from livecart.domain.refund import Refund
from livecart.domain.webhook_signature import sign
from livecart.services.payments import PaymentPorts, Payments, PaymentTerms
from livecart.services.refunds import Refunds
from livecart.services.sandbox import event_body
from tests.support.shop import Shop

SECRET = "a secret of the test"
MEI = Person(PersonId("mei"), "mei", "Mei", Role.CREATOR)
ROOT = Person(PersonId("p00002"), "root", "Root", Role.ADMIN)
STRANGER = Person(PersonId("p00001"), "lin", "Lin", Role.CREATOR)


class Sandbox(SandboxProvider):
    """Remembers what it was asked, and can be away."""

    def __init__(self) -> None:
        super().__init__(SECRET)
        self.away = False
        self.refunds: list[tuple[str, int]] = []

    async def refund(self, refund: Refund, payment: Payment) -> None:
        if self.away:
            raise UnavailableError("the provider does not answer")
        assert payment.ref == f"sbx_{payment.id}"
        self.refunds.append((refund.send_key, refund.amount.amount_minor))


@dataclass(slots=True)
class Till:
    shop: Shop
    payments: Payments
    refunds: Refunds
    sandbox: Sandbox

    async def begin(self, buyer: Person, order: dict[str, Any], key: str | None = None) -> dict[str, Any]:
        """The order with its payment at the sandbox."""
        return await self.payments.pay(buyer, key or self.shop.key(), OrderId(order["id"]), "sandbox")

    async def tell(self, payment: str, state: str, event: str | None = None, **more: Any) -> Payment | None:
        """A good webhook."""
        async with self.shop.store.read() as tx:
            found = await tx.payments.get(PaymentId(payment))
        body = event_body(event or f"evt-{self.shop.key()}", found, PaymentState(state), **more)
        return await self.post(body)

    async def post(self, body: bytes, *, key: bytes | None = None, at_ms: int | None = None) -> Payment | None:
        now_ms = self.shop.clock.ms if at_ms is None else at_ms
        signature = sign(key or webhook_key(SECRET), body, now_ms)
        return await self.payments.receive("sandbox", body, {SIGNATURE_HEADER.lower(): signature})

    async def refund(self, order: dict[str, Any], by: Person = MEI, **given: Any) -> dict[str, Any]:
        values: dict[str, Any] = {"amount_minor": None, "reason": "broken", "return_goods": False, **given}
        key = values.pop("key", None) or self.shop.key()
        return await self.refunds.refund(by, key, OrderId(order["id"]), **values)

    async def order(self, buyer: Person, order: dict[str, Any]) -> dict[str, Any]:
        return await self.shop.orders.get(buyer, OrderId(order["id"]))

    async def balances(self) -> dict[str, int]:
        """Every account that is not empty."""
        return {row.id: row.balance_minor for row in await self.shop.rows(accounts) if row.balance_minor}


def till_of(shop: Shop, *, fee_bp: int = 0, prefix: str = "pay") -> Till:
    sandbox = Sandbox()
    ports = PaymentPorts(shop.store, shop.committer, _Numbered(prefix), shop.clock)
    providers = {"sandbox": sandbox}
    return Till(shop, Payments(ports, providers, PaymentTerms("CNY", fee_bp)), Refunds(ports, providers), sandbox)


class _Numbered:
    def __init__(self, prefix: str) -> None:
        self._prefix, self._count = prefix, 0

    def new(self) -> str:
        self._count += 1
        return f"{self._prefix}-{self._count}"


def changed(body: bytes, **fields: Any) -> bytes:
    return json.dumps({**json.loads(body), **fields}).encode()


async def begun(till: Till, buyer: int = 0, quantity: int = 1) -> tuple[dict[str, Any], str]:
    """An order at the sandbox, and its payment."""
    order = await till.shop.place(till.shop.buyers[buyer], quantity)
    began = await till.begin(till.shop.buyers[buyer], order)
    return began, began["payment"]["id"]


async def released(shop: Shop) -> None:
    """Waits until the reservation of the one order that waits has run out."""
    shop.clock.ms += RESERVATION_MS
    assert await shop.orders.expire_due(shop.clock.ms) == 1
