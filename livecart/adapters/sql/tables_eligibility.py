"""The tables of who may go live: rule sets, who is invited, who was eligible, and who has applied."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, text

from livecart.adapters.sql.tables import metadata

WAITING = text("state = 'waiting'")

# Only ever added to: the newest version is in force.
eligibility_rule_sets = Table(
    "eligibility_rule_sets",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    # JSON; read whole, by whoever is judged.
    Column("body", Text, nullable=False),
    Column("by_id", Text, ForeignKey("people.id"), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("cohort", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("people.id"), primary_key=True, index=True),
    # NULL: the operator's command line.
    Column("by_id", Text, ForeignKey("people.id")),
    Column("at_ms", BigInteger, nullable=False),
)

# Who met all rules when they were last applied to him, and so keeps what he has down to the lower thresholds.
eligibility_standings = Table(
    "eligibility_standings",
    metadata,
    Column("person_id", Text, ForeignKey("people.id"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
)

creator_applications = Table(
    "creator_applications",
    metadata,
    Column("person_id", Text, ForeignKey("people.id"), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    # waiting | granted | refused
    Column("state", Text, nullable=False),
    # NULL: still waiting, or granted by the rules alone.
    Column("decided_by", Text, ForeignKey("people.id")),
    Column("decided_at_ms", BigInteger),
    CheckConstraint("state IN ('waiting', 'granted', 'refused')", name="state"),
    CheckConstraint("(state = 'waiting') = (decided_at_ms IS NULL)", name="decided"),
    Index("ix_creator_applications_waiting", "at_ms", sqlite_where=WAITING, postgresql_where=WAITING),
)
