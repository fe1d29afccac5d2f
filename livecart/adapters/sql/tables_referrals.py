"""Who came to which show by whose link: the first that brought somebody."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Table, Text

from livecart.adapters.sql.tables import metadata

referrals = Table(
    "referrals",
    metadata,
    Column("show_id", Text, ForeignKey("shows.id"), primary_key=True),
    Column("person_id", Text, ForeignKey("people.id"), primary_key=True, index=True),
    Column("by_id", Text, ForeignKey("people.id"), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    CheckConstraint("person_id <> by_id", name="other"),
    Index("ix_referrals_by_id", "by_id"),
)
