"""What a viewer means to buy, across shows, and the command that orders all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from livecart.domain.books import Books, Change, Command, Need
from livecart.domain.errors import ConflictError, LivecartError
from livecart.domain.ids import OrderId, PersonId, ShowId, VariantId
from livecart.domain.money import Money
from livecart.domain.order import Order
from livecart.domain.placing import PlaceOrder
from livecart.domain.prices import price_of
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
    """Orders the whole cart, as it stands in this transaction, and empties it. `first` numbers the orders."""

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
        changes = [place.decide(books, now_ms) for place in self._places(lines)]
        return Change(
            CheckedOut(tuple(change.answer for change in changes)),
            rows=(Cart(self.buyer), *(row for change in changes for row in change.rows)),
            records=tuple(record for change in changes for record in change.records),
            news=tuple(news for change in changes for news in change.news),
        )

    def faults(self, books: Books, lines: Iterable[CartLine], now_ms: int) -> dict[VariantId, str]:
        """Why a line cannot be ordered, by its variant: the code that ordering it alone would be refused with, or
        `price_changed`."""
        found: dict[VariantId, str] = {}
        for line in lines:
            try:
                self._place(self.first, line).decide(books, now_ms)
            except LivecartError as refusal:
                found[line.variant] = refusal.code
            else:
                if price_of(books, books.get(StockItem, line.variant), line.seen.currency) != line.seen:
                    found[line.variant] = "price_changed"
        return found

    def _places(self, lines: Iterable[CartLine]) -> Iterable[PlaceOrder]:
        """One order a line. Their rows are different ones, so that each may be decided by itself."""
        for number, line in enumerate(lines):
            yield self._place(OrderId(f"{self.first}{number:02}"), line)

    def _place(self, order: OrderId, line: CartLine) -> PlaceOrder:
        return PlaceOrder(
            request=None,
            order=order,
            buyer=self.buyer,
            show=line.show,
            variant=line.variant,
            quantity=line.quantity,
            reservation_ms=self.reservation_ms,
            currency=line.seen.currency,
        )
