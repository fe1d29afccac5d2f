"""The command that orders all of a cart or nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from livecart.domain.books import Books, Change, Command, Need
from livecart.domain.cart import Cart, CartLine
from livecart.domain.cart_lots import Lot, lots
from livecart.domain.coupon import Coupon, CouponTally
from livecart.domain.errors import ConflictError, LivecartError
from livecart.domain.ids import CouponCode, OrderId, PersonId, ShowId, VariantId
from livecart.domain.money import Money
from livecart.domain.offer import Offer, OfferMode
from livecart.domain.order import FLASH_RESERVATION_MS, LINES_MAX, Order
from livecart.domain.placing import PlaceOrder
from livecart.domain.pricing import Asked, AskedOffer, AskedVariant
from livecart.domain.stock import StockItem


class CartRefusedError(ConflictError):
    """`fields` names each variant that cannot be ordered now, with the code of the reason."""

    code = "cart_refused"

    def __init__(self, faults: Mapping[VariantId, str]) -> None:
        super().__init__("some of the cart cannot be ordered as it is; nothing was")
        self.fields = dict(faults)


@dataclass(frozen=True, slots=True)
class CheckedOut:
    orders: tuple[Order, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOut(Command[CheckedOut]):
    """Orders the whole cart, as it stands in this transaction, and empties it. `first` numbers the orders.

    What is of one show, one seller and in one currency is one order, of as many lines as an order may have: so each
    seller sends and refunds what is his. What nothing is held of before it is paid is an order of its own. The coupon
    is used once, for the order that it takes most off. `offers` are those that lines may be in, one unit of each;
    `most` is what all orders together may cost, by currency, None: each line's agreed price is limit enough.
    """

    first: OrderId
    buyer: PersonId
    reservation_ms: int
    flash_reservation_ms: int = FLASH_RESERVATION_MS
    coupon: CouponCode | None = None
    offers: tuple[AskedOffer, ...] = ()
    most: tuple[Money, ...] | None = None

    @property
    def answer_type(self) -> type[CheckedOut]:
        return CheckedOut

    def needs(self) -> Iterable[Need]:
        yield Cart, self.buyer
        if self.coupon is not None:
            yield Coupon, self.coupon
            yield CouponTally, (self.coupon, self.buyer)

    def also(self, books: Books) -> Iterable[Need]:
        cart = books.find(Cart, self.buyer)
        for line in () if cart is None else cart.lines:
            yield from self._place([line], (AskedVariant(line.variant, line.quantity),)).needs()
            for offer in self.offers:
                if line.variant in offer.variants:
                    yield from self._place([line], (offer,)).needs()

    def decide(self, books: Books, now_ms: int) -> Change[CheckedOut]:
        """Raises ConflictError `cart_empty`, `price_changed`, CartRefusedError, and what a coupon is refused with."""
        lines = books.get(Cart, self.buyer).lines
        if not lines:
            raise ConflictError("the cart is empty", code="cart_empty")
        found = self.lots(books, lines, now_ms)
        if faults := {line.variant: code for lot in found for line, code in lot.faults()}:
            raise CartRefusedError(faults)
        done: Change[Any] = Change(None, rows=(Cart(self.buyer),))
        orders: list[Order] = []
        for place in self._with_coupon(books, list(self._places(books, found)), now_ms):
            change = place.decide(books.after(done), now_ms)
            orders.append(change.answer)
            done = done.then(change)
        self._check_totals(orders)
        return replace(done, answer=CheckedOut(tuple(orders)))

    def lots(self, books: Books, lines: Sequence[CartLine], now_ms: int) -> list[Lot]:
        """How the lines would be ordered now, and what is in the way of which."""
        return lots(lines, self.open_offers(books), lambda some, asked: self.tried(books, some, asked, now_ms))

    def open_offers(self, books: Books) -> Iterator[Offer]:
        found = (books.find(Offer, each.offer) for each in self.offers)
        return (offer for offer in found if offer is not None)

    def tried(self, books: Books, lines: Sequence[CartLine], asked: tuple[Asked, ...], now_ms: int) -> Order:
        """What an order of these lines would be; raises its refusal."""
        return self._place(lines, asked).decide(books, now_ms).answer

    def _check_totals(self, orders: Iterable[Order]) -> None:
        if self.most is None:
            return
        left = Counter({money.currency: money.amount_minor for money in self.most})
        for order in orders:
            left[order.total.currency] -= order.total.amount_minor
        if any(minor < 0 for minor in left.values()):
            raise ConflictError("the cart costs more than was agreed to; nothing was ordered", code="price_changed")

    def _with_coupon(self, books: Books, places: list[PlaceOrder], now_ms: int) -> Iterable[PlaceOrder]:
        if self.coupon is None:
            return places
        tried = [replace(place, coupon=self.coupon) for place in places]
        discounts: dict[int, int] = {}
        refusals: list[LivecartError] = []
        for number, place in enumerate(tried):
            try:
                total = place.decide(books, now_ms).answer.total
            except LivecartError as refusal:
                refusals.append(refusal)
            else:
                # A bundle's discount is off with the coupon and without it.
                discounts[number] = (places[number].decide(books, now_ms).answer.total - total).amount_minor
        if not discounts:
            # That it is not for the goods of one order says least, since it may be for another's.
            raise next((each for each in refusals if each.code != "coupon_not_for_this"), refusals[0])
        # All that it is good for are in its own currency, so these sums compare.
        best = max(discounts, key=lambda number: discounts[number])
        return (*places[:best], tried[best], *places[best + 1 :])

    def _places(self, books: Books, found: Iterable[Lot]) -> Iterable[PlaceOrder]:
        groups: defaultdict[tuple[ShowId | None, str, PersonId, bool], list[list[Lot]]] = defaultdict(lambda: [[]])
        for lot in found:
            line, held = lot.lines[0], lot.offer is None or lot.offer.mode is OfferMode.RESERVE
            seller = books.get(StockItem, line.variant).seller
            orders = groups[line.show, line.seen.currency, seller, held]
            if sum(len(each.lines) for each in (*orders[-1], lot)) > LINES_MAX:
                orders.append([])
            orders[-1].append(lot)
        each_order = [order for orders in groups.values() for order in orders]
        for number, order in enumerate(each_order):
            lines = [line for lot in order for line in lot.lines]
            place = self._place(lines, tuple(lot.asked for lot in order))
            yield replace(place, order=OrderId(f"{self.first}{number:02}"))

    def _place(self, lines: Sequence[CartLine], asked: tuple[Asked, ...]) -> PlaceOrder:
        """An order of lines that are of one show and in one currency."""
        return PlaceOrder(
            request=None,
            order=self.first,
            buyer=self.buyer,
            show=lines[0].show,
            asked=asked,
            reservation_ms=self.reservation_ms,
            flash_reservation_ms=self.flash_reservation_ms,
            currency=lines[0].seen.currency,
        )
