"""A viewer's cart, across shows: looked at, filled, and ordered as a whole. The server prices every line each time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from livecart.domain.books import Books
from livecart.domain.cart import LINES_MAX, Cart, CartLine, CheckOut
from livecart.domain.catalog import Product, Variant
from livecart.domain.coupon import Coupon, CouponTally, check_code
from livecart.domain.errors import ConflictError, LivecartError, NotFoundError
from livecart.domain.idempotency import request_key
from livecart.domain.ids import CouponCode, OrderId, ShowId, VariantId, may_be_id
from livecart.domain.money import Money
from livecart.domain.order import check_quantity
from livecart.domain.people import Permission, Person
from livecart.domain.places import public
from livecart.domain.prices import VariantPrice
from livecart.domain.show import ShowState, Venue
from livecart.domain.stock import StockItem
from livecart.domain.waitlist import WaitLine
from livecart.services.orders import OrderTerms
from livecart.services.ports import Clock, Committer, Ids
from livecart.services.store import Store, Transaction
from livecart.services.views_commerce import money_view, order_view


@dataclass(frozen=True, slots=True)
class CartPorts:
    store: Store
    committer: Committer
    ids: Ids
    clock: Clock


class Carts:
    def __init__(self, ports: CartPorts, terms: OrderTerms) -> None:
        self._ports = ports
        self._terms = terms

    async def get(self, person: Person, coupon: str | None = None) -> dict[str, Any]:
        """The cart at the prices of this moment; each line says what would hinder its order.

        With a coupon also what it takes off, or why it does not: that is for telling, the checkout decides again.
        Raises NotFoundError `coupon_unknown`.
        """
        person.require(Permission.BUY)
        code = None if coupon is None else check_code(coupon)
        async with self._ports.store.read() as tx:
            return await self._view(tx, await tx.carts.of(person.id), code)

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
            return await self._view(tx, await tx.carts.of(person.id))

    async def clear(self, person: Person) -> None:
        async with self._ports.store.write() as tx:
            cart = await tx.carts.of(person.id)
            await tx.carts.remove(person.id, [line.variant for line in cart.lines])

    async def check_out(self, person: Person, key: str | None, coupon: str | None = None) -> list[dict[str, Any]]:
        """Orders everything in the cart and empties it, or does nothing.

        Raises ConflictError `cart_empty`, `key_reused`, and NotFoundError `coupon_unknown` or ConflictError `coupon_…`
        for a coupon that is for none of it; CartRefusedError names the lines that are in the way.
        """
        person.require(Permission.BUY)
        request = request_key(person.id, "cart.checkout", key, {} if coupon is None else {"coupon": coupon})
        command = CheckOut(
            request=request,
            first=OrderId(self._ports.ids.new()),
            buyer=person.id,
            reservation_ms=self._terms.reservation_ms,
            coupon=None if coupon is None else check_code(coupon),
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
        price = _price(*_found(products, wish.variant), wish.currency)
        now_ms = self._ports.clock.now_ms()
        await tx.carts.put(person.id, CartLine(wish.variant, wish.show, wish.quantity, price, now_ms))

    async def _view(self, tx: Transaction, cart: Cart, coupon: CouponCode | None = None) -> dict[str, Any]:
        products = list(await tx.products.with_variant([line.variant for line in cart.lines]))
        books = await _books(tx, cart, products)
        now_ms = self._ports.clock.now_ms()
        check = CheckOut(request=None, first=OrderId(""), buyer=cart.owner, reservation_ms=0, coupon=coupon)
        faults = check.faults(books, cart.lines, now_ms)
        views = []
        totals: defaultdict[str, int] = defaultdict(int)
        for line in cart.lines:
            product, variant = _found(products, line.variant)
            price = _price_or_seen(product, variant, line)
            totals[price.currency] += price.amount_minor * line.quantity
            views.append(_line_view(line, product, variant, price) | {"problem": faults.get(line.variant)})
        view: dict[str, Any] = {
            "lines": views,
            "totals": [{"amount_minor": amount, "currency": currency} for currency, amount in sorted(totals.items())],
        }
        if coupon is not None:
            books.enter([cart])
            books.enter(await _coupon(tx, cart, coupon))
            view["coupon"] = _coupon_view(check, books, coupon, now_ms)
        return view


@dataclass(frozen=True, slots=True)
class CartWish:
    """`currency` None: the product's own."""

    variant: VariantId
    quantity: int
    show: ShowId | None = None
    currency: str | None = None


async def _books(tx: Transaction, cart: Cart, products: list[Product]) -> Books:
    """What a batch would see, read without a lock: good for telling, not for deciding."""
    shows = [await tx.shows.get(show) for show in sorted({line.show for line in cart.lines if line.show is not None})]
    bags = {show.id: set((await tx.shows.bag(show.id)).products) for show in shows}
    books = Books()
    # What is held for the person by a waitlist is his to order.
    theirs = [waiting.place for waiting in await tx.waitlists.of(cart.owner)]
    books.enter(WaitLine(place.thing, (place,)) for place in theirs)
    books.enter(Venue(show.id, show.creator, show.state is not ShowState.ENDED) for show in shows)
    for line in cart.lines:
        product, variant = _found(products, line.variant)
        in_bags = frozenset(show for show, bag in bags.items() if product.id in bag)
        books.enter([_item(product, variant, in_bags)])
        books.enter(VariantPrice(variant.id, money) for money in variant.prices)
    return books


async def _coupon(tx: Transaction, cart: Cart, code: CouponCode) -> tuple[Coupon, CouponTally]:
    """What the checkout would find of it."""
    coupon = await tx.coupons.find(code)
    if coupon is None:
        raise NotFoundError("no such coupon", code="coupon_unknown")
    return coupon, CouponTally(code, cart.owner, await tx.coupons.uses(code, cart.owner))


def _coupon_view(check: CheckOut, books: Books, code: CouponCode, now_ms: int) -> dict[str, Any]:
    """`discount` is off the one order that would have it; `problem` says why there is none, as a checkout would."""
    try:
        orders = check.decide(books, now_ms).answer.orders
    except LivecartError as refusal:
        return {"code": code, "discount": None, "problem": refusal.code}
    order = next(order for order in orders if order.coupon is not None)
    return {"code": code, "discount": money_view(Money(order.discount_minor, order.total.currency)), "problem": None}


def _item(product: Product, variant: Variant, in_bags: frozenset[ShowId]) -> StockItem:
    return StockItem(
        variant=variant.id,
        product=product.id,
        seller=product.seller,
        title=product.title,
        variant_title=variant.title,
        price=Money(variant.price_minor, product.currency),
        stock=variant.stock,
        reserved=variant.reserved,
        sold=variant.sold,
        version=variant.version,
        invited=variant.invited,
        shows=in_bags,
        on_sale=product.on_sale,
        floor_minor=variant.floor_minor,
    )


def _found(products: list[Product], wanted: VariantId) -> tuple[Product, Variant]:
    return next((product, variant) for product in products for variant in product.variants if variant.id == wanted)


def _price(product: Product, variant: Variant, currency: str | None) -> Money:
    prices = [Money(variant.price_minor, product.currency), *variant.prices]
    found = next((price for price in prices if currency in {None, price.currency}), None)
    if found is None:
        raise ConflictError(f"this has no price in {currency}", code="no_price")
    return found


def _price_or_seen(product: Product, variant: Variant, line: CartLine) -> Money:
    """The price of now; where there is none any more in this currency, the one that the line had."""
    try:
        return _price(product, variant, line.seen.currency)
    except ConflictError:
        return line.seen


def _line_view(line: CartLine, product: Product, variant: Variant, price: Money) -> dict[str, Any]:
    """`problem`, which is added, says why the line cannot be ordered as it is; null: it can."""
    return {
        "variant": line.variant,
        "product": product.id,
        "title": product.title,
        "variant_title": variant.title,
        "image": next((public(image) for image in product.images if image.startswith("/")), None),
        "show": line.show,
        "quantity": line.quantity,
        "available": variant.available,
        "unit_price": money_view(price),
        "seen_price": money_view(line.seen),
        "price_changed": price != line.seen,
    }
