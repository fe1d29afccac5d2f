"""What a variant costs: in its product's own currency, and in the others that its seller named a price in.

Nothing is converted. Without a price in a currency there is no order in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from livecart.domain.books import Books, Need
from livecart.domain.errors import ConflictError
from livecart.domain.ids import VariantId
from livecart.domain.money import Money
from livecart.domain.stock import StockItem


@dataclass(frozen=True, slots=True)
class VariantPrice:
    """A price in another currency than the product's own. Batches only read it."""

    variant: VariantId
    price: Money

    @property
    def key(self) -> tuple[VariantId, str]:
        return (self.variant, self.price.currency)


def price_needs(variant: VariantId, currency: str | None) -> Iterable[Need]:
    """What `price_of` looks at besides the stock item."""
    if currency is not None:
        yield VariantPrice, (variant, currency)


def price_of(books: Books, item: StockItem, currency: str | None) -> Money:
    """The price of one unit in `currency`; None: in the product's own. Raises ConflictError `no_price`."""
    if currency in {None, item.price.currency}:
        return item.price
    found = books.find(VariantPrice, (item.variant, currency))
    if found is None:
        raise ConflictError(f"this has no price in {currency}", code="no_price")
    return found.price
