"""A cart with all that prices it, read without a lock: good for telling, not for deciding; the checkout decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from livecart.domain.books import Books
from livecart.domain.cart import Cart, CartLine
from livecart.domain.cart_lots import Lot, missed
from livecart.domain.catalog import Product, Variant
from livecart.domain.checking_out import CheckOut
from livecart.domain.coupon import Coupon, CouponTally
from livecart.domain.errors import ConflictError, NotFoundError
from livecart.domain.ids import CouponCode, OrderId, ShowId, VariantId
from livecart.domain.money import Money
from livecart.domain.offer import Offer
from livecart.domain.order import Order
from livecart.domain.prices import VariantPrice
from livecart.domain.pricing import Asked, AskedOffer
from livecart.domain.show import ShowState, Venue
from livecart.domain.stock import StockItem
from livecart.domain.waitlist import WaitLine
from livecart.services.store import Transaction

Goods = Mapping[VariantId, tuple[Product, Variant]]


@dataclass(frozen=True)
class CartSight:
    """`books` is what a batch would see; `check` the checkout that it would decide."""

    cart: Cart
    goods: Goods
    books: Books
    check: CheckOut
    now_ms: int

    @cached_property
    def lots(self) -> list[Lot]:
        return self.check.lots(self.books, self.cart.lines, self.now_ms)

    def usual_price(self, line: CartLine) -> Money:
        """The shop's price of now; where there is none any more in the line's currency, the one that was agreed to."""
        product, variant = self.goods[line.variant]
        try:
            return shop_price(product, variant, line.seen.currency)
        except ConflictError:
            return line.seen

    def missed(self, line: CartLine) -> str | None:
        """The code of why a line that is in no offer is not: see cart_lots.py."""
        return missed(line, self.cart.lines, self.check.open_offers(self.books), self._tried)

    def _tried(self, lines: Sequence[CartLine], asked: tuple[Asked, ...]) -> Order:
        return self.check.tried(self.books, lines, asked, self.now_ms)


async def see_cart(tx: Transaction, cart: Cart, now_ms: int, coupon: CouponCode | None = None) -> CartSight:
    """Raises NotFoundError `coupon_unknown`."""
    products = list(await tx.products.with_variant([line.variant for line in cart.lines]))
    goods = {variant.id: (product, variant) for product in products for variant in product.variants}
    offers = await _offers(tx, cart, now_ms)
    books = await _books(tx, cart, goods)
    books.enter(offers)
    books.enter(await tx.offers.tallies(cart.owner, [offer.id for offer in offers]))
    books.enter([cart])
    if coupon is not None:
        books.enter(await _coupon(tx, cart, coupon))
    check = CheckOut(
        request=None, first=OrderId(""), buyer=cart.owner, reservation_ms=0, coupon=coupon, offers=_asked(offers)
    )
    return CartSight(cart, goods, books, check, now_ms)


async def offers_for(tx: Transaction, cart: Cart, now_ms: int) -> tuple[AskedOffer, ...]:
    """One unit of each offer that lines of the cart may be ordered in."""
    return _asked(await _offers(tx, cart, now_ms))


def shop_price(product: Product, variant: Variant, currency: str | None) -> Money:
    """None: in the product's own. Raises ConflictError `no_price`."""
    prices = [Money(variant.price_minor, product.currency), *variant.prices]
    found = next((price for price in prices if currency in {None, price.currency}), None)
    if found is None:
        raise ConflictError(f"this has no price in {currency}", code="no_price")
    return found


async def _offers(tx: Transaction, cart: Cart, now_ms: int) -> list[Offer]:
    """Those that have not begun yet are told as they begin: the cart has their lines' usual prices until then."""
    of_shows = [line for line in cart.lines if line.show is not None]
    if not of_shows:
        return []
    there = {(line.show, line.variant) for line in of_shows}
    found = await tx.offers.selling([line.variant for line in of_shows], now_ms)
    return [
        offer
        for offer in found
        if offer.starts_at_ms <= now_ms and all((offer.show, part.variant) in there for part in offer.lines)
    ]


def _asked(offers: Sequence[Offer]) -> tuple[AskedOffer, ...]:
    return tuple(AskedOffer(offer.id, tuple(part.variant for part in offer.lines), 1) for offer in offers)


async def _books(tx: Transaction, cart: Cart, goods: Goods) -> Books:
    shows = [await tx.shows.get(show) for show in sorted({line.show for line in cart.lines if line.show is not None})]
    bags = {show.id: set((await tx.shows.bag(show.id)).products) for show in shows}
    books = Books()
    # What is held for the person by a waitlist is his to order.
    theirs = [waiting.place for waiting in await tx.waitlists.of(cart.owner)]
    books.enter(WaitLine(place.thing, (place,)) for place in theirs)
    books.enter(Venue(show.id, show.creator, show.state is not ShowState.ENDED) for show in shows)
    for line in cart.lines:
        product, variant = goods[line.variant]
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
