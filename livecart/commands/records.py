"""`livecart migrate`, `audit`, `backup` and `restore`: what an operator does to the books."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from livecart.adapters.log_marks import FILE as MARKS_FILE
from livecart.adapters.sql import migrate as migrations
from livecart.app import open_shop
from livecart.commands import backed_up_pictures, data_folder
from livecart.commands.fault import CommandError
from livecart.services.audit import in_order
from livecart.settings import Settings

_SHOWN_FAULTS = 20


async def migrate(settings: Settings, _given: argparse.Namespace) -> int:
    async with open_shop(settings) as shop:
        await migrations.upgrade(shop.database)
    _say("the database is up to date")
    return 0


async def audit(settings: Settings, _given: argparse.Namespace) -> int:
    """Prints each invariant with its figure and the rows that break it; 1 if any does."""
    async with open_shop(settings) as shop:
        findings = await shop.audit.run()
    for finding in findings:
        _say(f"{'FAULT' if finding.faults else 'ok':<6} {finding.invariant} ({finding.checked} checked)")
        for figure in finding.figures:
            _say(f"       {figure}")
        for fault in finding.faults[:_SHOWN_FAULTS]:
            _say(f"       {fault}")
        if len(finding.faults) > _SHOWN_FAULTS:
            _say(f"       and {len(finding.faults) - _SHOWN_FAULTS} more")
    return 0 if in_order(findings) else 1


async def backup(settings: Settings, given: argparse.Namespace) -> int:
    """A consistent copy of the SQLite database with all product pictures in one file, made while the shop is open."""
    source = _sqlite_file(settings, "pg_dump")
    if not source.exists():
        raise CommandError(f"there is no database {source}")
    if given.file.exists():
        raise CommandError(f"{given.file} exists already; choose another name")
    pictures = await asyncio.to_thread(_copy, source, settings.images, given.file)
    _say(f"copied to {given.file}, with {pictures} picture files")
    return 0


async def restore(settings: Settings, given: argparse.Namespace) -> int:
    """Puts the copy in the database's place, keeping the old one beside it, and adds its pictures to those there."""
    target = _sqlite_file(settings, "pg_restore")
    if not given.file.is_file():
        raise CommandError(f"there is no file {given.file}")
    with data_folder.locked(settings.data_dir):
        await asyncio.to_thread(_swap, given.file, target, settings.images)
        await asyncio.to_thread(_set_aside, settings.data_dir / MARKS_FILE)
    _say(f"restored from {given.file}; the former database is {target}.before-restore")
    return 0


def _sqlite_file(settings: Settings, tool: str) -> Path:
    if not settings.uses_sqlite:
        raise CommandError(
            f"for PostgreSQL use {tool}, which copies the whole database while the shop is open; then copy the folder "
            f"of pictures, {settings.images}"
        )
    return Path(settings.database.removeprefix("sqlite:///"))


def _copy(source: Path, images: Path, target: Path) -> int:
    """Pictures last: the copy's products have no others, since none is deleted on the day it goes out of use."""
    made = target.with_name(f"{target.name}.part")
    made.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as from_, closing(sqlite3.connect(made)) as to:
        from_.backup(to)
        pictures = backed_up_pictures.put_in(to, images)
    made.chmod(0o600)
    made.rename(target)
    return pictures


def _swap(copy: Path, target: Path, images: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as held:
            whole = held.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            ours = bool(held.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone())
    except sqlite3.DatabaseError as error:
        raise CommandError(f"{copy} is not a database: {error}") from error
    if not whole or not ours:
        raise CommandError(f"{copy} is damaged, or not a copy that `livecart backup` made")
    fresh = target.with_name(f"{target.name}.new")
    shutil.copyfile(copy, fresh)
    fresh.chmod(0o600)
    with closing(sqlite3.connect(fresh)) as held:
        try:
            backed_up_pictures.take_out(held, images)
        except ValueError as error:
            raise CommandError(f"{copy} is damaged: {error}") from error
    if target.exists():
        # Folds the write-ahead log in, so that the old file is whole by itself.
        with closing(sqlite3.connect(target)) as held:
            held.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        target.rename(target.with_name(f"{target.name}.before-restore"))
    for extra in ("-wal", "-shm"):
        target.with_name(target.name + extra).unlink(missing_ok=True)
    os.replace(fresh, target)  # noqa: PTH105 -- atomic, over an existing file


def _set_aside(heads: Path) -> None:
    """What was signed of the former moderation log would contradict the copy's; it is kept for whoever asks."""
    if heads.exists():
        heads.rename(heads.with_name(f"{heads.name}.before-restore"))


def _say(text: str) -> None:
    print(text)  # noqa: T201 -- the command's output
