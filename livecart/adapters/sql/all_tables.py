"""Every table module, imported for its tables: `metadata` here is complete."""

from __future__ import annotations

from livecart.adapters.sql import tables_catalog
from livecart.adapters.sql.tables import metadata

MODULES = (tables_catalog,)

__all__ = ["MODULES", "metadata"]
