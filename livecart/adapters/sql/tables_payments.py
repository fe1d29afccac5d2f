"""Payments that providers carry, the news of them that had its effect, and refunds with what is still to be sent."""

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

payments = Table(
    "payments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("provider", Text, nullable=False),
    # The provider's own name for it; null until its page is made.
    Column("provider_ref", Text),
    Column("person_id", Text, ForeignKey("people.id"), nullable=False, index=True),
    # Null: a top-up.
    Column("order_id", Text, ForeignKey("orders.id"), index=True),
    Column("state", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("refunded_minor", BigInteger, nullable=False),
    Column("reason", Text),
    Column("url", Text),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("updated_at_ms", BigInteger, nullable=False),
    UniqueConstraint("provider", "provider_ref"),
    CheckConstraint("amount_minor > 0", name="amount"),
    CheckConstraint("refunded_minor >= 0 AND refunded_minor <= amount_minor", name="refunded"),
)

# Inserted in the transaction of the effect: an event that is here has had it.
provider_events = Table(
    "provider_events",
    metadata,
    Column("provider", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("payment_id", Text, ForeignKey("payments.id"), nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)

refunds = Table(
    "refunds",
    metadata,
    Column("id", Text, primary_key=True),
    Column("order_id", Text, ForeignKey("orders.id"), index=True),
    # Null: back to the wallet.
    Column("payment_id", Text, ForeignKey("payments.id"), index=True),
    Column("provider", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    # Null: the shop itself.
    Column("by_id", Text, ForeignKey("people.id")),
    # pending | done: whether the provider has taken it.
    Column("state", Text, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("done_at_ms", BigInteger),
    Column("tries", Integer, nullable=False),
    Column("next_at_ms", BigInteger, nullable=False),
    # What the provider said to the last try.
    Column("fault", Text),
    CheckConstraint("amount_minor > 0", name="amount"),
    Index(
        "ix_refunds_pending_next_at_ms",
        "next_at_ms",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
)
