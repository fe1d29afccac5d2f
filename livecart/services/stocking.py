"""A seller's stock: more or less of a variant, with the reason, and everything that ever moved it."""

from __future__ import annotations

from typing import Any

from livecart.domain.idempotency import request_key
from livecart.domain.ids import VariantId
from livecart.domain.people import Permission, Person
from livecart.domain.stocking import AdjustStock, check_adjustment
from livecart.domain.text import check_text
from livecart.services.ports import Committer
from livecart.services.store import Page, Store
from livecart.services.views_offers import movement_view, stock_view
from livecart.services.wishes import known_id

CAUSE_MAX = 200


class Stocking:
    def __init__(self, store: Store, committer: Committer) -> None:
        self._store = store
        self._committer = committer

    async def adjust(
        self, person: Person, key: str | None, variant: str, cause: str, **change: int | None
    ) -> dict[str, Any]:
        """`delta` units more or less, or as many as `stock` says. Raises ConflictError `sold_out`: too few are free."""
        person.require(Permission.SELL)
        delta, stock = change.get("delta"), change.get("stock")
        request = request_key(
            person.id, "stock.adjust", key, {"variant": variant, "cause": cause, "delta": delta, "stock": stock}
        )
        check_adjustment(delta, stock)
        command = AdjustStock(
            request=request,
            seller=person.id,
            variant=VariantId(known_id("product variant", variant)),
            cause=check_text("cause", cause, 1, CAUSE_MAX),
            delta=delta,
            stock=stock,
        )
        return stock_view(await self._committer.submit(command))

    async def movements(self, person: Person, variant: str, page: Page) -> tuple[list[dict[str, Any]], str | None]:
        """Newest first, with the next cursor. Another's variant is not there."""
        person.require(Permission.SELL)
        before = int(page.after) if page.after is not None and page.after.isdecimal() else None
        name = VariantId(known_id("product variant", variant))
        async with self._store.read() as tx:
            found = await tx.movements.of(person.id, name, before, page.limit + 1)
        shown = found[: page.limit]
        following = str(shown[-1].number) if len(found) > len(shown) else None
        return [movement_view(known) for known in shown], following
