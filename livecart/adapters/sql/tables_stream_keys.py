"""Which key for encoders is good in which show, and the media session that it began."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Integer, Table, Text

from livecart.adapters.sql.tables import metadata

stream_keys = Table(
    "stream_keys",
    metadata,
    Column("show_id", Text, ForeignKey("shows.id"), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("made_at_ms", BigInteger),
    Column("session", Text),
    CheckConstraint("number >= 1", name="number"),
)
