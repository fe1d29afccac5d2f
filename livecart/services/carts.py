"""A viewer's cart, across shows: looked at, filled, and ordered as a whole. The server prices every line each time.

A line of a show is at the price of the show's offer while there is one for it. What a line may cost at most is what its
person was shown when he put it in; a checkout may name less: what the page showed of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from livecart.domain.cart import LINES_MAX, Cart, CartLine
from livecart.domain.checking_out import CheckOut
from livecart.domain.coupon import check_code
from livecart.domain.errors import ConflictError, NotFoundError
from livecart.domain.idempotency import request_key
from livecart.domain.ids import OrderId, ShowId, VariantId, may_be_id
from livecart.domain.money import Money
from livecart.domain.order import check_quantity
from livecart.domain.people import Permission, Person
from livecart.services.cart_sight import CartSight, offers_for, see_cart, shop_price
from livecart.services.orders import OrderTerms
from livecart.services.ports import Clock, Committer, Ids
from livecart.services.store import Store, Transaction
from livecart.services.views_cart import cart_view
from livecart.services.views_commerce import money_view, order_view


@dataclass(frozen=True, slots=True)
class CartPorts:
    store: Store
    committer: Committer
    ids: Ids
    clock: Clock


@dataclass(frozen=True, slots=True)
class CartWish:
    """`currency` None: the product's own."""

    variant: VariantId
    quantity: int
    show: ShowId | None = None
    currency: str | None = None


class Carts:
    def __init__(self, ports: CartPorts, terms: OrderTerms) -> None:
        self._ports = ports
        self._terms = terms

    def now_ms(self) -> int:
        """The clock by which offers end."""
        return self._ports.clock.now_ms()

    async def get(self, person: Person, coupon: str | None = None) -> dict[str, Any]:
        """The cart at the prices of this moment; each line says what would hinder its order.

        With a coupon also what it takes off, or why it does not: that is for telling, the checkout decides again.
        Raises NotFoundError `coupon_unknown`.
        """
        person.require(Permission.BUY)
        code = None if coupon is None else check_code(coupon)
        async with self._ports.store.read() as tx:
            return cart_view(await see_cart(tx, await tx.carts.of(person.id), self.now_ms(), code))

    async def put(self, person: Person, wish: CartWish) -> dict[str, Any]:
        """Sets how many units are wanted; 0 takes the line out. The price of now is the one that the person agrees to.

        What cannot be bought at present may wait in the cart. Raises NotFoundError, InvalidError, ConflictError
        `cart_full`, `no_price`.
        """
        person.require(Permission.BUY)
        if not may_be_id(wish.variant) or not may_be_id(wish.show or "none"):
            raise NotFoundError("no such product variant or show")
        async with self._ports.store.write() as tx:
            if wish.quantity == 0:
                await tx.carts.remove(person.id, [wish.variant])
            else:
                check_quantity(wish.quantity)
                await self._put(tx, person, wish)
            cart = await tx.carts.of(person.id)
            sight = await see_cart(tx, cart, self.now_ms())
            agreed = _agreed(sight, wish.variant)
            for line in agreed.lines:
                if line not in cart.lines:
                    await tx.carts.put(person.id, line)
            return cart_view(replace(sight, cart=agreed))

    async def clear(self, person: Person) -> None:
        async with self._ports.store.write() as tx:
            cart = await tx.carts.of(person.id)
            await tx.carts.remove(person.id, [line.variant for line in cart.lines])

    async def check_out(
        self, person: Person, key: str | None, coupon: str | None = None, most: tuple[Money, ...] | None = None
    ) -> list[dict[str, Any]]:
        """Orders everything in the cart and empties it, or does nothing. `most` is what all may cost, by currency.

        Raises ConflictError `cart_empty`, `key_reused`, `price_changed` above `most`, and NotFoundError
        `coupon_unknown` or ConflictError `coupon_…` for a coupon that is for none of it; CartRefusedError names the
        lines that are in the way.
        """
        person.require(Permission.BUY)
        body: dict[str, Any] = {} if coupon is None else {"coupon": coupon}
        if most is not None:
            body["totals"] = [money_view(money) for money in most]
        request = request_key(person.id, "cart.checkout", key, body)
        async with self._ports.store.read() as tx:
            offers = await offers_for(tx, await tx.carts.of(person.id), self.now_ms())
        command = CheckOut(
            request=request,
            first=OrderId(self._ports.ids.new()),
            buyer=person.id,
            reservation_ms=self._terms.reservation_ms,
            flash_reservation_ms=self._terms.flash_reservation_ms,
            coupon=None if coupon is None else check_code(coupon),
            offers=offers,
            most=most,
        )
        done = await self._ports.committer.submit(command)
        return [order_view(order) for order in done.orders]

    async def _put(self, tx: Transaction, person: Person, wish: CartWish) -> None:
        if wish.show is not None:
            await tx.shows.get(wish.show)
        products = list(await tx.products.with_variant([wish.variant]))
        if not products:
            raise NotFoundError("no such product variant")
        cart = await tx.carts.of(person.id)
        if len(cart.lines) >= LINES_MAX and wish.variant not in {line.variant for line in cart.lines}:
            raise ConflictError(f"a cart has at most {LINES_MAX} lines", code="cart_full")
        variants = {variant.id: (product, variant) for product in products for variant in product.variants}
        price = shop_price(*variants[wish.variant], wish.currency)
        await tx.carts.put(person.id, CartLine(wish.variant, wish.show, wish.quantity, price, self.now_ms()))


def _agreed(sight: CartSight, wanted: VariantId) -> Cart:
    """The cart with what its person agrees to by what he is shown now: the line that he put at its price of now.

    Others that have become cheaper, as by a bundle that is whole now, are not to cost more again without a word.
    """
    lines = {line.variant: line for line in sight.cart.lines}
    for lot in sight.lots:
        for line, price in lot.unit_prices():
            if line.variant == wanted or price.amount_minor < line.seen.amount_minor:
                lines[line.variant] = replace(line, seen=price, offer=None if lot.offer is None else lot.offer.id)
    return replace(sight.cart, lines=tuple(lines.values()))
