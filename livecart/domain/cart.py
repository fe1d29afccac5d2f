"""What a viewer means to buy, across shows, and the command that orders all of it or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from livecart.domain.books import Books, Change, Command, Need
from livecart.domain.errors import ConflictError, LivecartError
from livecart.domain.ids import OrderId, PersonId, ShowId, VariantId
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

    What is of one show and in one currency is one order, of as many lines as an order may have.
    """

    first: OrderId
    buyer: PersonId
    reservation_ms: int

    @property
    def answer_type(self) -> type[CheckedOut]:
        return CheckedOut

    def needs(self) -> Iterable[Need]:
        yield Cart, self.buyer

    def also(self, books: Books) -> Iterable[Need]:
        cart = books.find(Cart, self.buyer)
        for place in self._places(() if cart is None else cart.lines):
            yield from place.needs()

    def decide(self, books: Books, now_ms: int) -> Change[CheckedOut]:
        """Raises ConflictError `cart_empty`, CartRefusedError."""
        lines = books.get(Cart, self.buyer).lines
        if not lines:
            raise ConflictError("the cart is empty", code="cart_empty")
        if faults := self.faults(books, lines, now_ms):
            raise CartRefusedError(faults)
        done: Change[Any] = Change(None, rows=(Cart(self.buyer),))
        orders: list[Order] = []
        for place in self._places(lines):
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

    def _places(self, lines: Iterable[CartLine]) -> Iterable[PlaceOrder]:
        groups: defaultdict[tuple[ShowId | None, str], list[CartLine]] = defaultdict(list)
        for line in lines:
            groups[line.show, line.seen.currency].append(line)
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
