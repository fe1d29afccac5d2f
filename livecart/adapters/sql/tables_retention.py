"""The tables of retention: what must be kept whatever its age, and what purges have removed."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Table, Text, text

from livecart.adapters.sql.tables import metadata

HOLDING = text("lifted_at_ms IS NULL")

legal_holds = Table(
    "legal_holds",
    metadata,
    Column("id", Text, primary_key=True),
    # person | show | order, and its id.
    Column("kind", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by_id", Text, ForeignKey("people.id"), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    # NULL: it holds.
    Column("lifted_at_ms", BigInteger),
    Column("lifted_by_id", Text, ForeignKey("people.id")),
    CheckConstraint("kind IN ('person', 'show', 'order')", name="kind"),
    Index("ux_legal_holds_subject", "kind", "subject_id", unique=True, sqlite_where=HOLDING, postgresql_where=HOLDING),
)

# One row for each kind and run that removed something: the report.
purges = Table(
    "purges",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    # What was older than this went.
    Column("before_ms", BigInteger, nullable=False),
    Column("removed", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),
    CheckConstraint("removed > 0", name="removed"),
    Index("ix_purges_kind_at_ms", "kind", "at_ms"),
)
