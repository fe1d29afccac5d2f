"""Migrations on both engines, and the operator's copies of the books."""

from __future__ import annotations

import argparse
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from livecart.adapters.images import PillowPictures, picture_file, picture_names
from livecart.adapters.sql import migrate
from livecart.adapters.sql.all_tables import metadata
from livecart.adapters.sql.database import Database
from livecart.adapters.sql.revision import MIGRATIONS, is_current, newest
from livecart.app import open_shop
from livecart.commands import records
from livecart.commands.fault import CommandError
from livecart.services.store import Page
from livecart.settings import Settings
from tests.support.pictures import picture


async def tables_of(database: Database) -> set[str]:
    async with database.read() as connection:
        return set(await connection.run_sync(lambda held: inspect(held).get_table_names()))


def test_the_newest_revision_is_the_one_that_alembic_knows() -> None:
    assert newest() == ScriptDirectory(str(MIGRATIONS)).get_current_head()


async def empty(database: Database) -> None:
    async with database.write() as connection:
        await connection.run_sync(metadata.drop_all)


async def test_migrations_go_up_and_down_and_make_exactly_the_tables(database: Database) -> None:
    await empty(database)
    assert not await is_current(database)
    await migrate.upgrade(database)
    await migrate.upgrade(database)
    assert await is_current(database)
    assert await tables_of(database) == {*metadata.tables, "alembic_version"}

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []
    await migrate.downgrade(database, "base")
    assert await tables_of(database) == {"alembic_version"}
    assert not await is_current(database)


def settings(folder: Path) -> Settings:
    return Settings(data=str(folder))


async def made(folder: Path) -> Settings:
    folder.mkdir(exist_ok=True)  # noqa: ASYNC240 -- a test, alone on its loop
    chosen = settings(folder)
    async with open_shop(chosen) as shop:
        await migrate.upgrade(shop.database)
        await shop.demo().make({})
    return chosen


async def test_a_copy_brings_back_what_was_there(tmp_path: Path) -> None:
    chosen, copy = await made(tmp_path / "data"), tmp_path / "copy.db"
    assert await records.backup(chosen, argparse.Namespace(file=copy)) == 0
    async with open_shop(chosen) as shop:
        await shop.accounts.set_password("mei", "another-password")
    assert await records.restore(chosen, argparse.Namespace(file=copy)) == 0
    async with open_shop(chosen) as shop:
        person, _ = await shop.accounts.log_in("mei", "livecart-demo", address="")
        assert person.handle == "mei"
    assert await records.audit(chosen, argparse.Namespace()) == 0


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100])
async def test_something_that_is_no_copy_of_ours_is_refused_and_nothing_is_touched(
    tmp_path: Path, content: bytes
) -> None:
    chosen, copy = await made(tmp_path / "data"), tmp_path / "copy.db"
    copy.write_bytes(content)
    with pytest.raises(CommandError):
        await records.restore(chosen, argparse.Namespace(file=copy))
    async with open_shop(chosen) as shop:
        assert await shop.demo().is_there()


async def test_a_copy_never_replaces_a_file(tmp_path: Path) -> None:
    chosen, copy = await made(tmp_path / "data"), tmp_path / "copy.db"
    copy.write_text("precious")
    with pytest.raises(CommandError):
        await records.backup(chosen, argparse.Namespace(file=copy))
    assert copy.read_text() == "precious"


async def test_the_demo_is_made_once(tmp_path: Path) -> None:
    chosen = await made(tmp_path / "data")
    async with open_shop(chosen) as shop:
        await shop.demo().make({})
        person, _ = await shop.accounts.log_in("ana", "livecart-demo", address="")
        assert (await shop.counter.wallets.get(person))["balances"][0]["amount_minor"] == 200_000
        mei, _ = await shop.accounts.log_in("mei", "livecart-demo", address="")
        found, _ = await shop.catalog.search(Page(50), text=None, seller=mei)
        assert [len(product["images"]) for product in found] == [1, 1, 1]
        (topic,), _ = await shop.topics.search(mei, Page(50), status=None, mine=True)
        assert topic["status"] == "approved"
        assert topic["cover"] is not None
        # Each large and small.
        assert len(picture_names(chosen.images)) == 2 * (len(found) + 1)


async def test_a_copy_holds_the_pictures_too(tmp_path: Path) -> None:
    chosen, copy = await made(tmp_path / "data"), tmp_path / "copy.db"
    pictures = PillowPictures(chosen.images)
    kept = [await pictures.keep(picture(size=(side, side))) for side in (10, 20)]
    pictures.close()
    names = picture_names(chosen.images)
    content = {name: picture_file(chosen.images, name).read_bytes() for name in names}
    # Beside the demo's own.
    assert {name[:64] for name in names} > set(kept)
    assert await records.backup(chosen, argparse.Namespace(file=copy)) == 0
    for name in names[1:]:
        picture_file(chosen.images, name).unlink()
    assert await records.restore(chosen, argparse.Namespace(file=copy)) == 0
    assert {name: picture_file(chosen.images, name).read_bytes() for name in names} == content
    async with open_shop(chosen) as shop:
        assert await tables_of(shop.database) == {*metadata.tables, "alembic_version"}
    # Into another folder as well: one file is the whole shop.
    elsewhere = settings(tmp_path / "elsewhere")
    elsewhere.data_dir.mkdir()
    assert await records.restore(elsewhere, argparse.Namespace(file=copy)) == 0
    assert picture_names(elsewhere.images) == names


async def test_a_copy_without_pictures_is_restored_and_one_that_leads_elsewhere_is_not(tmp_path: Path) -> None:
    chosen, copy = await made(tmp_path / "data"), tmp_path / "copy.db"
    assert await records.backup(chosen, argparse.Namespace(file=copy)) == 0
    with closing(sqlite3.connect(copy)) as held, held:
        held.execute("INSERT INTO backed_up_pictures VALUES ('../../evil', x'00')")
    with pytest.raises(CommandError, match="damaged"):
        await records.restore(chosen, argparse.Namespace(file=copy))
    with closing(sqlite3.connect(copy)) as held, held:
        held.execute("DROP TABLE backed_up_pictures")
    assert await records.restore(chosen, argparse.Namespace(file=copy)) == 0
    assert await records.audit(chosen, argparse.Namespace()) == 0
