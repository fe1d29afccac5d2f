"""Every table module, imported for its tables: `metadata` here is complete."""

from __future__ import annotations

from livecart.adapters.sql import tables_packets  # noqa: F401 -- imported for its tables
from livecart.adapters.sql.tables import metadata

__all__ = ["metadata"]
