"""Product pictures inside a backup: a table of its own in the copied database, so that one file holds everything.

A backup of an older version has no such table, and is restored without pictures.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from livecart.adapters.images import picture_file, picture_names

_TABLE = "backed_up_pictures"


def put_in(copy: sqlite3.Connection, images: Path) -> int:
    """Adds every picture file; returns how many."""
    with copy:
        copy.execute(f"CREATE TABLE {_TABLE} (name TEXT PRIMARY KEY, content BLOB NOT NULL)")
        added = 0
        for name in picture_names(images):
            try:
                content = picture_file(images, name).read_bytes()
            except FileNotFoundError:  # it went out of use meanwhile
                continue
            copy.execute(f"INSERT INTO {_TABLE} VALUES (?, ?)", (name, content))  # noqa: S608 -- a name of our own
            added += 1
    return added


def take_out(copy: sqlite3.Connection, images: Path) -> int:
    """Writes the pictures that are not there yet and drops the table, so that the copy is a plain database again."""
    if not copy.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (_TABLE,)).fetchone():
        return 0
    written = 0
    for name, content in copy.execute(f"SELECT name, content FROM {_TABLE}"):  # noqa: S608 -- the same
        # Raises ValueError on a name that might lead out of the folder.
        file = picture_file(images, name)
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            part = file.with_name(f"{file.name}.part")
            part.write_bytes(content)
            os.replace(part, file)  # noqa: PTH105 -- atomic
            written += 1
    copy.execute(f"DROP TABLE {_TABLE}")
    copy.commit()
    copy.execute("VACUUM")
    return written
