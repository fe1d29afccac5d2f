"""The tables of calls: what was asked, what became of it, and each show's rules."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text, text

from livecart.adapters.sql.tables import metadata

_OPEN = text("state IN ('requested', 'invited', 'accepted', 'green', 'live')")
_ON_STAGE = text("state IN ('accepted', 'green', 'live')")

# Kept when it is over: this is the record of who was on stage.
calls = Table(
    "calls",
    metadata,
    Column("id", Text, primary_key=True),
    Column("show_id", Text, ForeignKey("shows.id"), nullable=False),
    Column("person_id", Text, ForeignKey("people.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("requested_at_ms", BigInteger, nullable=False),
    Column("changed_at_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger),
    Column("slot", Integer),
    Column("muted", Boolean, nullable=False),
    Column("hidden", Boolean, nullable=False),
    Column("shown", Boolean, nullable=False),
    Column("shown_at_ms", BigInteger),
    Column("media_at_ms", BigInteger),
    Column("lost_at_ms", BigInteger),
    # Publish tokens that were used.
    Column("publications", Integer, nullable=False),
    Column("reason", Text),
    Column("version", Integer, nullable=False),
    # One person has one open call in a show, and one slot one caller.
    Index("uq_calls_open", "show_id", "person_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("uq_calls_slot", "show_id", "slot", unique=True, sqlite_where=_ON_STAGE, postgresql_where=_ON_STAGE),
    # The queue in its order.
    Index("ix_calls_show_id_state_id", "show_id", "state", "id"),
    Index("ix_calls_show_id_changed_at_ms", "show_id", "changed_at_ms"),
    Index("ix_calls_open", "state", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_calls_person_id", "person_id"),
)

call_desks = Table(
    "call_desks",
    metadata,
    Column("show_id", Text, ForeignKey("shows.id"), primary_key=True),
    Column("who", Text, nullable=False),
    # NULL: what the shop's settings say.
    Column("minutes", Integer),
    Column("delay_s", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("told_at_ms", BigInteger, nullable=False),
    Column("untold", Boolean, nullable=False),
    Index("ix_call_desks_untold", "told_at_ms", sqlite_where=text("untold"), postgresql_where=text("untold")),
)
