"""The tables of duels: who met whom, with which score, and from whom hosts take invitations."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text, text

from livecart.adapters.sql.tables import metadata

_OPEN = text("state IN ('invited', 'running', 'after')")
_TOGETHER = text("state IN ('running', 'after')")

# Kept when it is over: this is the record of invitations and of what came of them.
duels = Table(
    "duels",
    metadata,
    Column("id", Text, primary_key=True),
    Column("home_show_id", Text, ForeignKey("shows.id"), nullable=False),
    Column("home_host_id", Text, ForeignKey("people.id"), nullable=False),
    Column("home_slot", Integer),
    Column("home_score", BigInteger, nullable=False),
    Column("home_lost", Boolean, nullable=False),
    Column("away_show_id", Text, ForeignKey("shows.id"), nullable=False),
    Column("away_host_id", Text, ForeignKey("people.id"), nullable=False),
    Column("away_slot", Integer),
    Column("away_score", BigInteger, nullable=False),
    Column("away_lost", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("invited_at_ms", BigInteger, nullable=False),
    Column("changed_at_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger),
    Column("started_at_ms", BigInteger),
    Column("decided_at_ms", BigInteger),
    Column("reason", Text),
    Column("version", Integer, nullable=False),
    # One show is in one duel; that it is not at home in one and away in another, the locks of both shows see to.
    Index("uq_duels_home", "home_show_id", unique=True, sqlite_where=_TOGETHER, postgresql_where=_TOGETHER),
    Index("uq_duels_away", "away_show_id", unique=True, sqlite_where=_TOGETHER, postgresql_where=_TOGETHER),
    Index("ix_duels_home_show_id_away_show_id", "home_show_id", "away_show_id"),
    Index("ix_duels_away_show_id", "away_show_id"),
    Index("ix_duels_home_host_id", "home_host_id"),
    Index("ix_duels_away_host_id", "away_host_id"),
    Index("ix_duels_open", "state", sqlite_where=_OPEN, postgresql_where=_OPEN),
)

duel_rules = Table(
    "duel_rules",
    metadata,
    Column("host_id", Text, ForeignKey("people.id"), primary_key=True),
    Column("who", Text, nullable=False),
)
