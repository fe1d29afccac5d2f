"""Finding shows by what is in them, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import shows
from livecart.domain.show import ShowState
from livecart.services.store import Page
from tests.support.shop import ENDED_SHOW, SHOW, open_shop


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {SHOW, ENDED_SHOW}),
        ("evening", {SHOW}),
        ("EVENING w", {SHOW}),
        ("LAMP", {SHOW, ENDED_SHOW}),  # something in the bag
        ("vase", set()),  # somebody's, but in no bag
        ("mei", {SHOW, ENDED_SHOW}),  # the host
        ("ei", {SHOW, ENDED_SHOW}),
        ("Garden", {SHOW}),  # the category, whole
        ("arde", set()),
        ("%", set()),
        ("_", set()),
        ("evening with stars", set()),
    ],
)
async def test_a_show_is_found_by_title_category_host_and_goods(database: Database, text: str, found: set[str]) -> None:
    async with open_shop(database) as shop:
        async with shop.database.write() as connection:
            named = {"title": "An evening with tea", "category": "garden"}
            await connection.execute(update(shows).where(shows.c.id == SHOW).values(**named))
            rest = {"title": "Something else", "category": "other"}
            await connection.execute(update(shows).where(shows.c.id == ENDED_SHOW).values(**rest))
        async with shop.store.read() as tx:
            assert {show.id for show in await tx.shows.search(Page(10), text=text)} == found
            live = await tx.shows.search(Page(10), text=text, states=[ShowState.ENDED])
            assert {show.id for show in live} == found & {ENDED_SHOW}
