"""Every table module, imported for its tables: `metadata` here is complete."""

from __future__ import annotations

from livecart.adapters.sql import (
    tables_calls,
    tables_catalog,
    tables_duels,
    tables_eligibility,
    tables_filter,
    tables_gifts,
    tables_live,
    tables_moderation,
    tables_offers,
    tables_packets,
    tables_payments,
    tables_referrals,
    tables_reminders,
    tables_reports,
    tables_retention,
    tables_stream_keys,
    tables_waitlist,
)
from livecart.adapters.sql.tables import metadata

__all__ = [
    "metadata",
    "tables_calls",
    "tables_catalog",
    "tables_duels",
    "tables_eligibility",
    "tables_filter",
    "tables_gifts",
    "tables_live",
    "tables_moderation",
    "tables_offers",
    "tables_packets",
    "tables_payments",
    "tables_referrals",
    "tables_reminders",
    "tables_reports",
    "tables_retention",
    "tables_stream_keys",
    "tables_waitlist",
]
