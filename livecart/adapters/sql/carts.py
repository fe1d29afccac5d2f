"""Carts: reading and changing them, and the shelf from which a checkout takes one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.bulk import delete_rows
from livecart.adapters.sql.tables_catalog import cart_lines
from livecart.domain.cart import Cart, CartLine
from livecart.domain.ids import OfferId, PersonId, ShowId, VariantId
from livecart.domain.money import Money


class SqlCarts:
    def __init__(self, connection: AsyncConnection, *, lock: bool) -> None:
        self._connection = connection
        self._lock = lock

    async def of(self, person: PersonId) -> Cart:
        query = _lines_of([person])
        return (await _read(self._connection, query.with_for_update() if self._lock else query, [person]))[0]

    async def put(self, person: PersonId, line: CartLine) -> None:
        changed = {
            "show_id": line.show,
            "quantity": line.quantity,
            "currency": line.seen.currency,
            "seen_minor": line.seen.amount_minor,
            "offer_id": line.offer,
        }
        insert = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        row = insert(cart_lines).values(
            person_id=person, variant_id=line.variant, added_at_ms=line.added_at_ms, **changed
        )
        await self._connection.execute(
            row.on_conflict_do_update(index_elements=["person_id", "variant_id"], set_=changed)
        )

    async def remove(self, person: PersonId, variants: Sequence[VariantId]) -> None:
        await self._connection.execute(
            delete(cart_lines).where(cart_lines.c.person_id == person, cart_lines.c.variant_id.in_(variants))
        )


class CartShelf:
    """A cart that nobody filled is there too, and empty."""

    async def load(self, connection: AsyncConnection, keys: Sequence[Any]) -> Iterable[Cart]:
        return await _read(connection, _lines_of(keys).with_for_update(), keys)

    async def write(self, connection: AsyncConnection, changed: Sequence[tuple[Cart | None, Cart]]) -> None:
        """Takes lines out; nothing else happens to carts in batches."""
        gone = (
            {"person_id": after.owner, "variant_id": line.variant}
            for before, after in changed
            if before is not None
            for line in before.lines
            if line not in after.lines
        )
        await delete_rows(connection, cart_lines, gone)


def _lines_of(people: Sequence[PersonId]) -> Select[Any]:
    of_them = select(cart_lines).where(cart_lines.c.person_id.in_(people))
    return of_them.order_by(cart_lines.c.person_id, cart_lines.c.added_at_ms, cart_lines.c.variant_id)


async def _read(connection: AsyncConnection, query: Select[Any], people: Sequence[PersonId]) -> list[Cart]:
    found: defaultdict[str, list[CartLine]] = defaultdict(list)
    for row in await connection.execute(query):
        found[row.person_id].append(_line(row))
    return [Cart(person, tuple(found[person])) for person in people]


def _line(row: Any) -> CartLine:
    return CartLine(
        variant=VariantId(row.variant_id),
        show=None if row.show_id is None else ShowId(row.show_id),
        quantity=row.quantity,
        seen=Money(row.seen_minor, row.currency),
        added_at_ms=row.added_at_ms,
        offer=None if row.offer_id is None else OfferId(row.offer_id),
    )
