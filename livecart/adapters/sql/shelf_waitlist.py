"""How batches find and write the lines of waitlists. Not locked one by one: the variant or the offer is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.bulk import delete_rows, insert_rows, update_rows
from livecart.adapters.sql.tables_waitlist import waitlist_places
from livecart.domain.ids import PersonId, PlaceId, ShowId
from livecart.domain.waitlist import Place, Thing, ThingKind, WaitLine

_THING = (waitlist_places.c.kind, waitlist_places.c.thing_id)
_PLACES = (
    select(waitlist_places)
    .where(tuple_(*_THING).in_(bindparam("things", expanding=True)))
    .order_by(*_THING, waitlist_places.c.number)
)


class WaitLineShelf:
    async def load(self, connection: AsyncConnection, keys: Sequence[Any]) -> Iterable[WaitLine]:
        """Only lines in which somebody is."""
        things = [(kind.value, name) for kind, name in keys]
        lines: defaultdict[Thing, list[Place]] = defaultdict(list)
        for row in await connection.execute(_PLACES, {"things": things}):
            place = place_of(row)
            lines[place.thing].append(place)
        return [WaitLine(thing, tuple(places)) for thing, places in lines.items()]

    async def write(self, connection: AsyncConnection, changed: Sequence[tuple[WaitLine | None, WaitLine]]) -> None:
        """First those who are gone: one of them may be back in the same batch, with a new place."""
        before = {place.id: place for old, _ in changed if old is not None for place in old.places}
        now = {place.id: place for _, line in changed for place in line.places}
        await delete_rows(connection, waitlist_places, ({"id": place} for place in before if place not in now))
        await insert_rows(connection, waitlist_places, (_row(now[place]) for place in now if place not in before))
        moved = (place for place in now.values() if place.id in before and place != before[place.id])
        await update_rows(
            connection,
            waitlist_places,
            ({"id": place.id, "units": place.units, "until_ms": place.until_ms} for place in moved),
        )


def place_of(row: Any) -> Place:
    return Place(
        id=PlaceId(row.id),
        thing=(ThingKind(row.kind), row.thing_id),
        person=PersonId(row.person_id),
        show=ShowId(row.show_id),
        quantity=row.quantity,
        number=row.number,
        joined_at_ms=row.joined_at_ms,
        hold_ms=row.hold_ms,
        units=row.units,
        until_ms=row.until_ms,
    )


def _row(place: Place) -> dict[str, Any]:
    kind, name = place.thing
    return {
        "id": place.id,
        "kind": kind.value,
        "thing_id": name,
        "person_id": place.person,
        "show_id": place.show,
        "number": place.number,
        "quantity": place.quantity,
        "units": place.units,
        "until_ms": place.until_ms,
        "joined_at_ms": place.joined_at_ms,
        "hold_ms": place.hold_ms,
    }
