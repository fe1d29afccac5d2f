"""`meanwhile`: what the next statements need is made up while the database works on the first."""

from __future__ import annotations

import asyncio
from typing import Never

import pytest

from livecart.adapters.sql.bulk import meanwhile


class Database:
    """Tells in which order it was worked for."""

    def __init__(self) -> None:
        self.done: list[str] = []

    async def statement(self, name: str) -> None:
        self.done.append(f"{name} sent")
        await asyncio.sleep(0.001)
        self.done.append(f"{name} answered")

    def make(self) -> str:
        self.done.append("made")
        return "rows"


async def test_rows_are_made_up_between_the_first_statement_and_its_answer() -> None:
    database = Database()

    async def statements() -> None:
        await database.statement("one")
        await database.statement("two")

    assert await meanwhile(statements(), database.make) == "rows"
    assert database.done == ["one sent", "made", "one answered", "two sent", "two answered"]


async def test_where_nothing_has_to_be_written_the_rows_are_made_up_all_the_same() -> None:
    async def nothing() -> None:
        pass

    assert await meanwhile(nothing(), Database().make) == "rows"


async def test_one_within_another_is_made_up_while_the_same_statement_is_under_way() -> None:
    database = Database()

    async def statements() -> None:
        await meanwhile(database.statement("one"), database.make)

    await meanwhile(statements(), database.make)
    assert database.done == ["one sent", "made", "made", "one answered"]


async def test_a_statement_that_fails_is_told() -> None:
    async def refused() -> None:
        await asyncio.sleep(0)
        raise ConnectionError("the database has gone")

    with pytest.raises(ConnectionError):
        await meanwhile(refused(), Database().make)


async def test_rows_that_cannot_be_made_up_are_told_once_no_statement_is_under_way() -> None:
    database = Database()

    def impossible() -> Never:
        raise ValueError("no such row")

    with pytest.raises(ValueError, match="no such row"):
        await meanwhile(database.statement("one"), impossible)
    assert database.done == ["one sent", "one answered"]
