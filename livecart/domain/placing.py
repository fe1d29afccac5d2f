"""The command that orders goods for a buyer: reserved for a time, or, where the first to pay has them, only priced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from livecart.domain.books import Books, Change, Command, Need
from livecart.domain.coupon import Coupon, CouponTally
from livecart.domain.errors import ConflictError, NotFoundError
from livecart.domain.goods import check_goods, move_lines
from livecart.domain.ids import CouponCode, OrderId, PersonId, ShowId
from livecart.domain.inviting import taken
from livecart.domain.money import Money
from livecart.domain.news import OrderChanged
from livecart.domain.offer import Offer, OfferMode, OfferTally
from livecart.domain.order import FLASH_RESERVATION_MS, Order, OrderLine, OrderState
from livecart.domain.prices import price_needs
from livecart.domain.pricing import Asked, AskedOffer, discounted, priced
from livecart.domain.show import Venue
from livecart.domain.stock import MovementKind, StockItem
from livecart.domain.waitlist import Thing, ThingKind, WaitLine


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrder(Command[Order]):
    """All lines or none, at the shop's prices, until `now + reservation_ms`; with an offer in it, a shorter time.

    `currency` is that of the variants, None: each product's own. An offer has its own.
    """

    order: OrderId
    buyer: PersonId
    show: ShowId | None
    asked: tuple[Asked, ...]
    reservation_ms: int
    flash_reservation_ms: int = FLASH_RESERVATION_MS
    coupon: CouponCode | None = None
    currency: str | None = None

    @property
    def answer_type(self) -> type[Order]:
        return Order

    def needs(self) -> Iterable[Need]:
        for each in self.asked:
            if isinstance(each, AskedOffer):
                yield Offer, each.offer
                yield OfferTally, (each.offer, self.buyer)
                yield WaitLine, (ThingKind.OFFER, each.offer)
                for variant in each.variants:
                    yield StockItem, variant
                    yield WaitLine, (ThingKind.VARIANT, variant)
            else:
                yield WaitLine, (ThingKind.VARIANT, each.variant)
                yield StockItem, each.variant
                yield from price_needs(each.variant, self.currency)
        if self.coupon is not None:
            yield Coupon, self.coupon
            yield CouponTally, (self.coupon, self.buyer)
        if self.show is not None:
            yield Venue, self.show

    def decide(self, books: Books, now_ms: int) -> Change[Order]:
        order = self._order(books, now_ms)
        invited = taken(books, map(_thing, self.asked), self.buyer)
        if invited is not None:
            # What was held for the buyer stays so, until he has paid or the order expires.
            books, order = books.after(invited), replace(order, held=True)
        if not order.held:
            check_goods(books, order)
        rows, movements = move_lines(books, order, MovementKind.RESERVED, now_ms)
        if invited is None:
            return Change(order, (order, *rows), movements, (OrderChanged(order),))
        return Change(order, (*invited.rows, order, *rows), movements, (*invited.news, OrderChanged(order)))

    def _order(self, books: Books, now_ms: int) -> Order:
        self._check_venue(books)
        lines, currency = priced(books, self.asked, self.show, now_ms, self.currency)
        self._check_bag(books, lines)
        if self.coupon is not None:
            lines = discounted(books, lines, currency, self._usable_coupon(books, self.coupon, now_ms))
        offers = [books.get(Offer, line.offer) for line in lines if line.offer is not None]
        kept_ms = self.flash_reservation_ms if offers else self.reservation_ms
        return Order(
            id=self.order,
            buyer=self.buyer,
            show=self.show,
            state=OrderState.RESERVED,
            lines=lines,
            total=Money(sum(line.amount_minor for line in lines), currency),
            created_at_ms=now_ms,
            expires_at_ms=now_ms + kept_ms,
            coupon=self.coupon,
            held=all(offer.mode is OfferMode.RESERVE for offer in offers),
        )

    def _check_venue(self, books: Books) -> None:
        if self.show is None:
            return
        venue = books.find(Venue, self.show)
        if venue is None:
            raise NotFoundError("no such show")
        if not venue.is_open:
            raise ConflictError("the show has ended", code="show_ended")

    def _check_bag(self, books: Books, lines: tuple[OrderLine, ...]) -> None:
        if self.show is not None and any(self.show not in books.get(StockItem, line.variant).shows for line in lines):
            raise ConflictError("the product is not in this show's bag", code="not_in_bag")

    def _usable_coupon(self, books: Books, code: CouponCode, now_ms: int) -> Coupon:
        coupon = books.find(Coupon, code)
        if coupon is None:
            raise NotFoundError("no such coupon", code="coupon_unknown")
        coupon.require_usable(now_ms)
        return coupon


def _thing(asked: Asked) -> Thing:
    return (ThingKind.OFFER, asked.offer) if isinstance(asked, AskedOffer) else (ThingKind.VARIANT, asked.variant)
