"""What a viewer means to buy, across shows, and the command that orders all of it or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from livecart.domain.books import Books, Change, Command, Need
from livecart.domain.coupon import Coupon, CouponTally
from livecart.domain.errors import ConflictError, LivecartError
from livecart.domain.ids import CouponCode, OrderId, PersonId, ShowId, VariantId
from livecart.domain.money import Money
from livecart.domain.order import LINES_MAX as ORDER_LINES_MAX
from livecart.domain.order import Order
from livecart.domain.placing import PlaceOrder
from livecart.domain.prices import price_of
from livecart.domain.pricing import AskedVariant
from livecart.domain.stock import StockItem

LINES_MAX = 100


@dataclass(frozen=True, slots=True)
class CartLine:
    """`seen` is what one unit cost, in the currency that was chosen, when the person last said that he wants it."""

    variant: VariantId
    show: ShowId | None
    quantity: int
    seen: Money
    added_at_ms: int


@dataclass(frozen=True, slots=True)
class Cart:
    """Each variant is on one line at most; the oldest comes first."""

    owner: PersonId
    lines: tuple[CartLine, ...] = ()

    @property
    def key(self) -> PersonId:
        return self.owner


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
    seller sends and refunds what is his. The coupon is used once, for the order that it takes most off.
    """

    first: OrderId
    buyer: PersonId
    reservation_ms: int
    coupon: CouponCode | None = None

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
        for place in self._places(books, () if cart is None else cart.lines):
            yield from place.needs()

    def decide(self, books: Books, now_ms: int) -> Change[CheckedOut]:
        """Raises ConflictError `cart_empty`, CartRefusedError, and what a coupon is refused with."""
        lines = books.get(Cart, self.buyer).lines
        if not lines:
            raise ConflictError("the cart is empty", code="cart_empty")
        if faults := self.faults(books, lines, now_ms):
            raise CartRefusedError(faults)
        done: Change[Any] = Change(None, rows=(Cart(self.buyer),))
        orders: list[Order] = []
        for place in self._with_coupon(books, list(self._places(books, lines)), now_ms):
            change = place.decide(books.after(done), now_ms)
            orders.append(change.answer)
            done = done.then(change)
        return replace(done, answer=CheckedOut(tuple(orders)))

    def faults(self, books: Books, lines: Iterable[CartLine], now_ms: int) -> dict[VariantId, str]:
        """Why a line cannot be ordered, by its variant: the code that ordering it alone would be refused with, or
        `price_changed`."""
        found: dict[VariantId, str] = {}
        for line in lines:
            try:
                self._place(self.first, [line]).decide(books, now_ms)
            except LivecartError as refusal:
                found[line.variant] = refusal.code
            else:
                if price_of(books, books.get(StockItem, line.variant), line.seen.currency) != line.seen:
                    found[line.variant] = "price_changed"
        return found

    def _with_coupon(self, books: Books, places: list[PlaceOrder], now_ms: int) -> Iterable[PlaceOrder]:
        if self.coupon is None:
            return places
        tried = [replace(place, coupon=self.coupon) for place in places]
        discounts: dict[int, int] = {}
        refusals: list[LivecartError] = []
        for number, place in enumerate(tried):
            try:
                discounts[number] = place.decide(books, now_ms).answer.discount_minor
            except LivecartError as refusal:
                refusals.append(refusal)
        if not discounts:
            # That it is not for the goods of one order says least, since it may be for another's.
            raise next((each for each in refusals if each.code != "coupon_not_for_this"), refusals[0])
        # All that it is good for are in its own currency, so these sums compare.
        best = max(discounts, key=lambda number: discounts[number])
        return (*places[:best], tried[best], *places[best + 1 :])

    def _places(self, books: Books, lines: Iterable[CartLine]) -> Iterable[PlaceOrder]:
        """Who sells what is not known before the goods are in the books."""
        groups: defaultdict[tuple[ShowId | None, str, PersonId | None], list[CartLine]] = defaultdict(list)
        for line in lines:
            item = books.find(StockItem, line.variant)
            groups[line.show, line.seen.currency, None if item is None else item.seller].append(line)
        starts = [(group, at) for group in groups.values() for at in range(0, len(group), ORDER_LINES_MAX)]
        for number, (group, at) in enumerate(starts):
            yield self._place(OrderId(f"{self.first}{number:02}"), group[at : at + ORDER_LINES_MAX])

    def _place(self, order: OrderId, lines: Sequence[CartLine]) -> PlaceOrder:
        """An order of lines that are of one show and in one currency."""
        return PlaceOrder(
            request=None,
            order=order,
            buyer=self.buyer,
            show=lines[0].show,
            asked=tuple(AskedVariant(line.variant, line.quantity) for line in lines),
            reservation_ms=self.reservation_ms,
            currency=lines[0].seen.currency,
        )
