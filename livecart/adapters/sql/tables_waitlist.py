"""The table of waitlists: who waits for what, and what is held for whom."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Table, Text

from livecart.adapters.sql.tables import metadata

# What was ordered, missed, left or closed is gone; the news of it is all that remains.
waitlist_places = Table(
    "waitlist_places",
    metadata,
    Column("id", Text, primary_key=True),
    # variant | offer, and its id.
    Column("kind", Text, nullable=False),
    Column("thing_id", Text, nullable=False),
    Column("person_id", Text, ForeignKey("people.id"), nullable=False, index=True),
    Column("show_id", Text, ForeignKey("shows.id"), nullable=False, index=True),
    # Orders the line.
    Column("number", BigInteger, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    # Held for the person until then; null: still waiting.
    Column("units", BigInteger, nullable=False),
    Column("until_ms", BigInteger),
    Column("joined_at_ms", BigInteger, nullable=False),
    # How long the invitation is to last.
    Column("hold_ms", BigInteger, nullable=False),
    CheckConstraint("kind IN ('variant', 'offer')", name="kind"),
    CheckConstraint("units >= 0 AND units <= quantity AND (units = 0) = (until_ms IS NULL)", name="units"),
    # One place for a person and a thing.
    Index("ux_waitlist_places_thing", "kind", "thing_id", "person_id", unique=True),
    Index("ix_waitlist_places_until_ms", "until_ms"),
)
