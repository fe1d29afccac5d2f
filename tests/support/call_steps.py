"""What both files of contract tests of calls begin with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import outbox, people
from livecart.domain.errors import LivecartError
from livecart.domain.ids import PersonId
from livecart.domain.people import Person, Role
from tests.support.calls import CallRig, with_calls
from tests.support.shop import MEI, SHOW, Shop, open_shop

MO = Person(PersonId("mo"), "mo", "Mo", Role.MODERATOR)


@asynccontextmanager
async def opened(database: Database, **options: Any) -> AsyncIterator[tuple[Shop, CallRig]]:
    async with open_shop(database, **options) as shop:
        async with database.write() as connection:
            row = {"id": MO.id, "handle": "mo", "display_name": "Mo", "role": "moderator"}
            await connection.execute(insert(people).values(**row, password_hash="", created_at_ms=0))
        yield shop, with_calls(shop.store, shop.clock)


async def told(shop: Shop, type_: str) -> list[Any]:
    return [event for event in await shop.rows(outbox) if event.type == type_]


async def stages(shop: Shop) -> list[list[tuple[int, str]]]:
    """What the room was told of the stage, in order: the slots with their states."""
    events = [msgspec.json.decode(event.data) for event in await told(shop, "stage")]
    assert [event["version"] for event in events] == list(range(1, len(events) + 1))
    return [[(slot["slot"], slot["state"]) for slot in event["slots"]] for event in events]


async def on_stage(rig: CallRig, person: Person, *, live: bool = True) -> str:
    """From the request to the stage; answers the session."""
    await rig.calls.request(person, SHOW)
    await rig.calls.accept(MEI, SHOW, person.id)
    session = await rig.come(person, SHOW)
    if live:
        await rig.calls.admit(MEI, SHOW, person.id)
    return session


async def refusal(waited: Any) -> str:
    with pytest.raises(LivecartError) as caught:
        await waited
    return caught.value.code
