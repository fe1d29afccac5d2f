"""The tables of gifts: what somebody gives and at most wants to give, and the streaks."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, text

from livecart.adapters.sql.tables import metadata

# What the jobs look for, and nothing else.
OPEN = text("ended_at_ms IS NULL")

gift_givers = Table(
    "gift_givers",
    metadata,
    Column("person_id", Text, ForeignKey("people.id"), primary_key=True),
    Column("currency", Text, primary_key=True),
    # Days (UTC) since 1970.
    Column("day", Integer, nullable=False),
    Column("spent_minor", BigInteger, nullable=False),
    # NULL: no cap, until `next_day`; from then on `next_cap_minor`, where NULL is none too.
    Column("cap_minor", BigInteger),
    Column("next_cap_minor", BigInteger),
    Column("next_day", Integer),
    CheckConstraint("spent_minor >= 0", name="spent"),
    CheckConstraint("cap_minor >= 0 AND next_cap_minor >= 0", name="cap"),
)

gift_streaks = Table(
    "gift_streaks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("show_id", Text, ForeignKey("shows.id"), nullable=False, index=True),
    Column("sender_id", Text, ForeignKey("people.id"), nullable=False),
    # As it was in the catalogue.
    Column("gift", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("icon", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("price_minor", BigInteger, nullable=False),
    Column("gifts", BigInteger, nullable=False),
    Column("sends", BigInteger, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("fee_minor", BigInteger, nullable=False),
    Column("opened_at_ms", BigInteger, nullable=False),
    Column("ends_at_ms", BigInteger, nullable=False),
    Column("ended_at_ms", BigInteger),
    CheckConstraint("sends >= 1 AND gifts >= sends", name="gifts"),
    CheckConstraint("price_minor >= 1 AND total_minor = price_minor * gifts", name="total"),
    CheckConstraint("fee_minor BETWEEN 0 AND total_minor", name="fee"),
    Index("ix_gift_streaks_open", "sender_id", sqlite_where=OPEN, postgresql_where=OPEN),
    Index("ix_gift_streaks_due", "ends_at_ms", sqlite_where=OPEN, postgresql_where=OPEN),
)
