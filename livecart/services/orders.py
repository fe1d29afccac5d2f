"""Buying: place an order, pay it from the wallet, cancel it, look at it, and let it expire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from livecart.domain.books import Command
from livecart.domain.coupon import check_code
from livecart.domain.errors import ConflictError, InvalidError, NotFoundError
from livecart.domain.idempotency import RequestKey, request_key
from livecart.domain.ids import OrderId
from livecart.domain.order import FLASH_RESERVATION_MS, RESERVATION_MS, Order
from livecart.domain.paying import PayOrder
from livecart.domain.people import Permission, Person
from livecart.domain.placing import PlaceOrder
from livecart.domain.releasing import CancelOrder, ExpireOrder
from livecart.services.ports import Committer, Ids, OfferContents
from livecart.services.sold_out import SoldOut
from livecart.services.store import Page, Store
from livecart.services.views_commerce import order_view
from livecart.services.wishes import Wish, check_wish, goods_of, known_id, understood

EXPIRED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """How long unpaid goods are kept, of an offer and otherwise, and the shop's share of a payment in basis points."""

    reservation_ms: int = RESERVATION_MS
    fee_bp: int = 0
    flash_reservation_ms: int = FLASH_RESERVATION_MS


class Orders:
    """Every change carries the client's idempotency key; the same key gets the first answer again."""

    def __init__(
        self,
        store: Store,
        committer: Committer,
        ids: Ids,
        terms: OrderTerms,
        offers: OfferContents,
        sold_out: SoldOut | None = None,
    ) -> None:
        self._store = store
        self._committer = committer
        self._ids = ids
        self._terms = terms
        self._sold_out = sold_out
        self._offers = offers

    async def place(self, person: Person, key: str | None, wish: Wish) -> dict[str, Any]:
        """Reserves the goods, all or none, at the shop's prices.

        Raises ConflictError `sold_out`, `not_on_sale`, `no_price`, `not_in_bag`, `show_ended`, `offer_closed`,
        `offer_not_open`, `per_buyer_limit`, `currency_mixed`, `key_reused`, and `coupon_…` for a coupon that is not for
        this order.
        """
        request = _request(person, "order.place", key, wish.body())
        show, asked = await understood(check_wish(wish), self._offers)
        if self._sold_out is not None:
            await self._sold_out.require_left(person.id, goods_of(asked))
        command = PlaceOrder(
            request=request,
            order=OrderId(self._ids.new()),
            buyer=person.id,
            show=show,
            asked=asked,
            reservation_ms=self._terms.reservation_ms,
            flash_reservation_ms=self._terms.flash_reservation_ms,
            coupon=None if wish.coupon is None else check_code(wish.coupon),
            currency=wish.currency,
        )
        return await self._answer(command)

    async def pay(self, person: Person, key: str | None, order: OrderId, method: str) -> dict[str, Any]:
        """Pays from the wallet. Raises ConflictError `insufficient_funds`, `order_state`, `key_reused`."""
        request = _request(person, "order.pay", key, {"order": order, "method": method})
        if method != "wallet":
            raise InvalidError("there is no such way to pay", fields={"method": "wallet"})
        command = PayOrder(
            request=request,
            order=OrderId(known_id("order", order)),
            buyer=person.id,
            buyer_name=person.display_name,
            fee_bp=self._terms.fee_bp,
        )
        return await self._answer(command)

    async def cancel(self, person: Person, key: str | None, order: OrderId) -> dict[str, Any]:
        """Gives the goods back. Raises ConflictError `order_state` for an order that is no longer reserved."""
        request = _request(person, "order.cancel", key, {"order": order})
        command = CancelOrder(request=request, order=OrderId(known_id("order", order)), buyer=person.id)
        return await self._answer(command)

    async def get(self, person: Person, order: OrderId) -> dict[str, Any]:
        """The person's own order; raises NotFoundError for another's."""
        order = OrderId(known_id("order", order))
        async with self._store.read() as tx:
            found = await tx.orders.get(order)
            payments = await tx.payments.many([found.payment] if found.payment else [])
        if found.buyer != person.id:
            raise NotFoundError("no such order")
        return order_view(found, payments.get(found.payment) if found.payment else None)

    async def mine(self, person: Person, page: Page) -> tuple[list[dict[str, Any]], str | None]:
        """The person's orders, newest first, with the next cursor."""
        async with self._store.read() as tx:
            found = await tx.orders.of(person.id, replace(page, limit=page.limit + 1))
            shown = found[: page.limit]
            payments = await tx.payments.many([order.payment for order in shown if order.payment])
        views = [order_view(order, payments.get(order.payment) if order.payment else None) for order in shown]
        return views, shown[-1].id if len(found) > len(shown) else None

    async def expire_due(self, now_ms: int) -> int:
        """Releases what was not paid in time; returns how many orders. Safe to run twice, and on two machines at once.

        The committer's clock decides again: an order that was paid or released meanwhile is left alone.
        """
        async with self._store.read() as tx:
            due = await tx.orders.due(now_ms, EXPIRED_AT_ONCE)
        commands = [ExpireOrder(request=None, order=order) for order in due]
        answers = await self._committer.submit_all(commands)
        faults = [answer for answer in answers if isinstance(answer, BaseException)]
        for fault in faults:
            if not isinstance(fault, ConflictError):
                raise fault
        return len(answers) - len(faults)

    async def _answer(self, command: Command[Order]) -> dict[str, Any]:
        return order_view(await self._committer.submit(command))


def _request(person: Person, operation: str, key: str | None, body: Mapping[str, Any]) -> RequestKey:
    person.require(Permission.BUY)
    return request_key(person.id, operation, key, body)
