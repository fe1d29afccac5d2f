"""The tables of live moderation: mutes and bans from one show, assistants, and what moderators did to a show."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Index, Table, Text, text

from livecart.adapters.sql.tables import metadata

sanctions = Table(
    "sanctions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("person_id", Text, ForeignKey("people.id"), nullable=False),
    # NULL: everywhere.
    Column("show_id", Text, ForeignKey("shows.id")),
    Column("by_id", Text, ForeignKey("people.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    # NULL: for good.
    Column("until_ms", BigInteger),
    Column("lifted_at_ms", BigInteger),
    Column("lifted_by_id", Text, ForeignKey("people.id")),
    # False until the person's media sessions in the show are closed for certain; a mute closes none.
    Column("enforced", Boolean, nullable=False),
    # A ban from the whole shop is in `bans`.
    CheckConstraint("kind IN ('mute', 'ban') AND (kind = 'mute' OR show_id IS NOT NULL)", name="kind"),
    CheckConstraint("until_ms IS NULL OR until_ms > at_ms", name="until"),
    Index("ix_sanctions_person_id", "person_id"),
    Index("ix_sanctions_show_id", "show_id"),
    Index("ix_sanctions_unenforced", "id", sqlite_where=text("enforced = 0"), postgresql_where=text("NOT enforced")),
    # Every process reads what is not lifted again and again.
    Index(
        "ix_sanctions_standing",
        "until_ms",
        sqlite_where=text("lifted_at_ms IS NULL"),
        postgresql_where=text("lifted_at_ms IS NULL"),
    ),
)

# As banned_addresses, of bans from one show.
sanctioned_addresses = Table(
    "sanctioned_addresses",
    metadata,
    Column("sanction_id", Text, ForeignKey("sanctions.id"), primary_key=True),
    Column("digest", Text, primary_key=True),
)

assistants = Table(
    "assistants",
    metadata,
    Column("creator_id", Text, ForeignKey("people.id"), primary_key=True),
    Column("person_id", Text, ForeignKey("people.id"), primary_key=True),
    # A show's id, or * for all shows of the creator.
    Column("scope", Text, primary_key=True),
    # Duties as a JSON list.
    Column("duties", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    CheckConstraint("creator_id <> person_id", name="other"),
)

host_warnings = Table(
    "host_warnings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("show_id", Text, ForeignKey("shows.id"), nullable=False, index=True),
    Column("by_id", Text, ForeignKey("people.id"), nullable=False),
    Column("code", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    # When the show is stopped. NULL: never.
    Column("deadline_ms", BigInteger),
    # The topic decision that it stands for.
    Column("decision_id", Text, ForeignKey("topic_decisions.id")),
    Column("acknowledged_at_ms", BigInteger),
    Column("withdrawn_at_ms", BigInteger),
    Column("withdrawn_by_id", Text, ForeignKey("people.id")),
    CheckConstraint("deadline_ms IS NULL OR deadline_ms > at_ms", name="deadline"),
    Index(
        "ix_host_warnings_deadline_ms",
        "deadline_ms",
        sqlite_where=text("deadline_ms IS NOT NULL AND withdrawn_at_ms IS NULL"),
        postgresql_where=text("deadline_ms IS NOT NULL AND withdrawn_at_ms IS NULL"),
    ),
)

show_stops = Table(
    "show_stops",
    metadata,
    Column("show_id", Text, ForeignKey("shows.id"), primary_key=True),
    # NULL: the clock, at a warning's deadline.
    Column("by_id", Text, ForeignKey("people.id")),
    Column("code", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)

closed_products = Table(
    "closed_products",
    metadata,
    Column("show_id", Text, ForeignKey("shows.id"), primary_key=True),
    Column("product_id", Text, ForeignKey("products.id"), primary_key=True),
    Column("by_id", Text, ForeignKey("people.id"), nullable=False),
    Column("code", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    # False until its offers in the show are closed for certain.
    Column("enforced", Boolean, nullable=False),
    Index(
        "ix_closed_products_unenforced",
        "at_ms",
        sqlite_where=text("enforced = 0"),
        postgresql_where=text("NOT enforced"),
    ),
)
