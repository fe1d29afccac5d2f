"""The part of the Store port that carts, a seller's orders and people's own settings need; see store.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from livecart.domain.cart import Cart, CartLine
from livecart.domain.ids import PersonId, ShowId, VariantId
from livecart.domain.order import Order, OrderState
from livecart.domain.preferences import Preferences
from livecart.services.store import Page


@dataclass(frozen=True, slots=True)
class SalesQuery:
    """Whose goods, and which of the orders that hold them."""

    seller: PersonId
    state: OrderState | None = None
    show: ShowId | None = None


class Sales(Protocol):
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
