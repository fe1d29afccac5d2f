"""The figures of a show: kept by the web processes now and then, read by its host and by moderators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from livecart.domain.figures import Figures
from livecart.domain.ids import ShowId
from livecart.domain.people import Permission, Person
from livecart.services.store import Store
from livecart.services.store_catalog import ShowSales
from livecart.services.views_gifts import income_view


class ShowFigures:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, told: Mapping[ShowId, Figures]) -> None:
        """Keeps the higher counts and adds the likes. Raises UnavailableError."""
        async with self._store.write() as tx:
            await tx.figures.add(told)

    async def view_for(self, person: Person | None, show_id: ShowId) -> dict[str, Any] | None:
        """None to everybody but the host and moderators."""
        if person is None:
            return None
        async with self._store.read() as tx:
            show = await tx.shows.get(show_id)
            if show.creator != person.id and not person.may(Permission.MODERATE_CHAT):
                return None
            view = _view(await tx.figures.get(show_id))
            # What somebody earns is nobody else's business.
            if show.creator == person.id:
                view["gifts"] = income_view(await tx.gifts.income(show_id))
                view["orders"] = _sold_view(await tx.sales.of_show(show_id))
            return view


def _sold_view(sold: Sequence[ShowSales]) -> dict[str, Any]:
    """What was paid for and not given back, one amount for each currency."""
    return {
        "count": sum(each.orders for each in sold),
        "sales": [{"amount_minor": each.total_minor, "currency": each.currency} for each in sold],
    }


def _view(figures: Figures) -> dict[str, Any]:
    return {
        "peak_viewers": figures.peak,
        "unique_viewers": figures.unique,
        "unique_is_estimate": True,
        "likes": figures.likes,
    }
