"""The taxonomy's versions: rows are added and never changed, so that each decision can be read with its policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.bulk import insert_new_rows
from livecart.adapters.sql.tables_reports import taxonomy_versions
from livecart.domain.ids import PersonId
from livecart.domain.taxonomy import Category, current
from livecart.services.store_taxonomy import CategoryVersion

_COLUMN = taxonomy_versions.c


class SqlTaxonomy:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def current(self) -> Mapping[str, Category]:
        newest = select(_COLUMN.key, func.max(_COLUMN.version).label("version")).group_by(_COLUMN.key).subquery()
        query = select(taxonomy_versions).join(
            newest, (newest.c.key == _COLUMN.key) & (newest.c.version == _COLUMN.version)
        )
        rows = await self._connection.execute(query.order_by(_COLUMN.key))
        return current(_category(row) for row in rows)

    async def versions(self, key: str) -> Sequence[CategoryVersion]:
        query = select(taxonomy_versions).where(_COLUMN.key == key).order_by(_COLUMN.version.desc())
        rows = await self._connection.execute(query)
        return [CategoryVersion(_category(row), PersonId(row.changed_by), row.changed_at_ms) for row in rows]

    async def put(self, version: CategoryVersion) -> bool:
        category = version.category
        row = {
            "key": category.key,
            "version": category.version,
            "policy": category.policy,
            "restricted": msgspec.json.encode(category.restricted).decode(),
            "group_key": category.group,
            "names": msgspec.json.encode(dict(category.names)).decode(),
            "retired": category.retired,
            "changed_by": version.changed_by,
            "changed_at_ms": version.changed_at_ms,
        }
        return bool(await insert_new_rows(self._connection, taxonomy_versions, [row]))


def _category(row: Row[Any]) -> Category:
    return Category(
        row.key,
        row.version,
        row.policy,
        tuple(msgspec.json.decode(row.restricted, type=list[str])),
        row.group_key,
        msgspec.json.decode(row.names, type=dict[str, str]),
        row.retired,
    )
