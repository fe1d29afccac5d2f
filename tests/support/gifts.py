"""Gifts in the small shop, with a fee of a tenth, and a catalogue of three."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from livecart.adapters.sql.tables import accounts
from livecart.adapters.sql.tables_gifts import gift_streaks
from livecart.domain.gift import Gift, check_catalogue
from livecart.domain.ids import GiftId
from livecart.domain.money import Money
from livecart.domain.people import Person
from livecart.services.gifts import Gifts, GiftTerms
from livecart.services.preferences import CapWish, OwnPreferences
from tests.support.shop import SHOW, CountedIds, Shop

WINDOW_MS = 5_000
FEE_BP = 1_000
ROSE, ROCKET = 100, 20_000
CATALOGUE = check_catalogue(
    Gift(GiftId(name), name.title(), icon, Money(price, "CNY"))
    for name, icon, price in (("rose", "🌹", ROSE), ("tea", "🍵", 250), ("rocket", "🚀", ROCKET))
)


@dataclass(slots=True)
class GiftShop:
    shop: Shop
    gifts: Gifts
    preferences: OwnPreferences

    async def send(self, sender: Person, gift: str = "rose", count: Any = 1, **more: Any) -> dict[str, Any]:
        key = more.pop("key", None) or self.shop.key()
        return await self.gifts.send(sender, key, more.pop("show", SHOW), gift, count)

    async def cap(self, person: Person, minor: int | None) -> dict[str, Any]:
        settings: dict[str, Any] = await self.preferences.put(person, gift_cap=CapWish(minor))
        cap: dict[str, Any] = settings["gift_cap"]
        return cap

    async def later(self, ms: int) -> int:
        """Lets time pass and does what is due then."""
        self.shop.clock.ms += ms
        return await self.gifts.do_due(self.shop.clock.ms)

    async def balances(self) -> dict[str, int]:
        """Every account with something in it."""
        return {row.id: row.balance_minor for row in await self.shop.rows(accounts) if row.balance_minor}

    async def streaks(self) -> dict[str, Any]:
        return {row.id: row for row in await self.shop.rows(gift_streaks)}


def with_gifts(shop: Shop, prefix: str = "gift", *, catalogue: Any = CATALOGUE) -> GiftShop:
    """`prefix` tells the ids of two branches apart."""
    gifts = Gifts(shop.store, shop.committer, CountedIds(prefix), GiftTerms(catalogue, WINDOW_MS, FEE_BP))
    return GiftShop(shop, gifts, OwnPreferences(shop.store, shop.clock, "CNY"))
