"""Who is to be told when which show begins, and by which browser."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from livecart.adapters.sql.tables import metadata

reminders = Table(
    "reminders",
    metadata,
    Column("id", Text, primary_key=True),
    Column("show_id", Text, ForeignKey("shows.id"), nullable=False),
    Column("person_id", Text, ForeignKey("people.id"), nullable=False, index=True),
    # The hash of `endpoint`.
    Column("subscription", Text, nullable=False, index=True),
    Column("endpoint", Text, nullable=False),
    Column("p256dh", Text, nullable=False),
    Column("auth", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at_ms", BigInteger, nullable=False),
    UniqueConstraint("show_id", "subscription", name="uq_reminders_show_id_subscription"),
    Index("ix_reminders_show_id_next_at_ms", "show_id", "next_at_ms"),
)
