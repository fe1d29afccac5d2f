"""The tables of red packets: what was sent, who waits for a draw, who got what, and who may send in a show."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from livecart.adapters.sql.tables import metadata

# What the jobs look for, and nothing else.
UNCLOSED = text("state IN ('announced', 'open')")

red_packets = Table(
    "red_packets",
    metadata,
    Column("id", Text, primary_key=True),
    Column("show_id", Text, ForeignKey("shows.id"), nullable=False),
    Column("sender_id", Text, ForeignKey("people.id"), nullable=False),
    Column("currency", Text, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("shares", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("mode", Text, nullable=False),
    # JSON: only what is asked for.
    Column("condition", Text, nullable=False),
    Column("opens_at_ms", BigInteger, nullable=False),
    Column("ends_at_ms", BigInteger, nullable=False),
    # The amounts of all shares follow from it, so no share has a row of its own.
    Column("seed", Text, nullable=False),
    Column("commitment", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("claimed", Integer, nullable=False),
    Column("claimed_minor", BigInteger, nullable=False),
    Column("refunded_minor", BigInteger, nullable=False),
    Column("entrants", Integer, nullable=False),
    Column("luckiest_id", Text, ForeignKey("people.id")),
    Column("luckiest_minor", BigInteger),
    Column("version", BigInteger, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("changed_at_ms", BigInteger, nullable=False),
    Column("told_at_ms", BigInteger, nullable=False),
    Column("closed_at_ms", BigInteger),
    CheckConstraint("shares BETWEEN 1 AND 2000 AND total_minor >= shares", name="shares"),
    CheckConstraint("claimed BETWEEN 0 AND shares", name="claimed"),
    CheckConstraint(
        "claimed_minor >= claimed AND refunded_minor >= 0 AND claimed_minor + refunded_minor <= total_minor",
        name="money",
    ),
    Index("ix_red_packets_show_id_created_at_ms", "show_id", "created_at_ms"),
    Index("ix_red_packets_unclosed", "ends_at_ms", sqlite_where=UNCLOSED, postgresql_where=UNCLOSED),
)

red_packet_entries = Table(
    "red_packet_entries",
    metadata,
    Column("packet_id", Text, ForeignKey("red_packets.id"), primary_key=True),
    Column("person_id", Text, ForeignKey("people.id"), primary_key=True),
    Column("nonce", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)

red_packet_claims = Table(
    "red_packet_claims",
    metadata,
    Column("packet_id", Text, ForeignKey("red_packets.id"), primary_key=True),
    Column("person_id", Text, ForeignKey("people.id"), primary_key=True),
    # Its place in the split, from 0 on.
    Column("share", Integer, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    CheckConstraint("amount_minor >= 1", name="amount"),
    UniqueConstraint("packet_id", "share"),
)

# A show without a row: the host alone sends.
red_packet_rules = Table(
    "red_packet_rules",
    metadata,
    Column("show_id", Text, ForeignKey("shows.id"), primary_key=True),
    # host | everyone
    Column("senders", Text, nullable=False),
)
