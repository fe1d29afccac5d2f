"""The part of the Store port that products, carts, a seller's orders and people's own settings need; see store.py."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from livecart.domain.cart import Cart, CartLine
from livecart.domain.catalog import Product
from livecart.domain.ids import PersonId, ProductId, ShowId, VariantId
from livecart.domain.order import Order, OrderState
from livecart.domain.preferences import Preferences
from livecart.services.store import Page


@dataclass(frozen=True, slots=True)
class SalesQuery:
    """Whose goods, and which of the orders that hold them."""

    seller: PersonId
    state: OrderState | None = None
    show: ShowId | None = None


class Products(Protocol):
    async def add(self, product: Product) -> None: ...

    async def save(self, product: Product) -> None:
        """Keeps everything but stock."""
        ...

    async def get(self, product: ProductId) -> Product:
        """Raises NotFoundError. Inside `write` the row stays locked until the end."""
        ...

    async def many(self, products: Sequence[ProductId]) -> Sequence[Product]:
        """In the order asked for; unknown ids are left out."""
        ...

    async def search(
        self, page: Page, *, text: str | None = None, seller: PersonId | None = None, on_sale: bool = False
    ) -> Sequence[Product]:
        """`on_sale`: leave out what is not."""
        ...

    async def with_variant(self, variants: Sequence[VariantId]) -> Sequence[Product]:
        """The products that these variants are of, each once; unknown ids are left out."""
        ...

    def holding_images(self) -> AsyncIterator[str]:
        """Every picture that a product has."""
        ...


@dataclass(frozen=True, slots=True)
class ShowSales:
    """What one show sold in one currency: orders that were paid, and what of their money was not given back."""

    currency: str
    orders: int
    total_minor: int


class Sales(Protocol):
    async def of_show(self, show: ShowId) -> Sequence[ShowSales]:
        """One for each currency."""
        ...

    async def of(self, query: SalesQuery, page: Page) -> Sequence[Order]:
        """Orders with goods of the seller, each with his lines alone and their total."""
        ...


class Carts(Protocol):
    async def of(self, person: PersonId) -> Cart:
        """Inside `write` its lines stay locked until the end."""
        ...

    async def put(self, person: PersonId, line: CartLine) -> None:
        """Takes the place of the line with this variant."""
        ...

    async def remove(self, person: PersonId, variants: Sequence[VariantId]) -> None: ...


class PeoplesPreferences(Protocol):
    async def of(self, person: PersonId) -> Preferences: ...

    async def put(self, person: PersonId, preferences: Preferences) -> None: ...
