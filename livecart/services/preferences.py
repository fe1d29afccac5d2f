"""A person's own settings: read and changed by that person alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from livecart.domain.errors import InvalidError
from livecart.domain.money import check_currency
from livecart.domain.people import Person
from livecart.domain.preferences import Preferences, check_cap
from livecart.services.ports import Clock
from livecart.services.store import Store
from livecart.services.views_gifts import cap_view


@dataclass(frozen=True, slots=True)
class CapWish:
    """What the person wants to give at most on one day; None: as much as he likes."""

    minor: int | None


class OwnPreferences:
    """`currency` is the shop's own, in which gifts are paid."""

    def __init__(self, store: Store, clock: Clock, currency: str) -> None:
        self._store = store
        self._clock = clock
        self._currency = check_currency(currency)

    async def get(self, person: Person) -> dict[str, Any]:
        async with self._store.read() as tx:
            preferences = await tx.preferences.of(person.id)
            giver = await tx.gifts.giver(person.id, self._currency)
        return {
            "show_my_purchases": preferences.show_my_purchases,
            "gift_cap": cap_view(giver, self._clock.now_ms()),
        }

    async def put(
        self, person: Person, *, show_my_purchases: bool | None = None, gift_cap: CapWish | None = None
    ) -> dict[str, Any]:
        """Changes what is not None. A lower cap holds for whatever is committed after this. Raises InvalidError."""
        if show_my_purchases is None and gift_cap is None:
            raise InvalidError("nothing to change", fields={"body": "show_my_purchases, gift_cap_minor"})
        if gift_cap is not None:
            check_cap(gift_cap.minor)
        async with self._store.write() as tx:
            if show_my_purchases is not None:
                await tx.preferences.put(person.id, Preferences(show_my_purchases))
            if gift_cap is not None:
                giver = await tx.gifts.locked(person.id, self._currency)
                await tx.gifts.put(giver.chose(gift_cap.minor, self._clock.now_ms()))
        return await self.get(person)
