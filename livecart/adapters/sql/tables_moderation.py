"""The tables of the moderation log, which has no foreign keys since it outlives what it speaks of; and of topic review
what is only ever added."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from livecart.adapters.sql.tables import metadata

moderation_log = Table(
    "moderation_log",
    metadata,
    # Gap-free, given under a lock on the head.
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    # NULL: the operator's command line, or the clock.
    Column("by_id", Text),
    Column("kind", Text, nullable=False),
    # A kind and an id, such as topic:ID.
    Column("subject", Text, nullable=False),
    # Whom it is about.
    Column("person_id", Text),
    Column("rule", Text),
    Column("code", Text),
    # The row that the decision made, such as topic_decision:ID.
    Column("evidence", Text),
    Column("words_hash", Text),
    # SHA-256 of the hash before and of the columns before this one.
    Column("hash", Text, nullable=False),
    Index("ix_moderation_log_person_id_number", "person_id", "number"),
    Index("ix_moderation_log_subject_number", "subject", "number"),
    # The audit looks for the row of each decision.
    Index("ix_moderation_log_evidence", "evidence"),
)

# What people wrote, apart from the log, so that it can be deleted and the chain stays whole.
moderation_words = Table(
    "moderation_words",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("salt", Text, nullable=False),
    Column("reason", Text),
    Column("quote", Text),
)

# One row, with the id 1: the last row of the log. Locked by whoever appends.
moderation_head = Table(
    "moderation_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
)

# What was signed with a key that SQL does not have: heads, and the anchors that purges leave.
moderation_marks = Table(
    "moderation_marks",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("before_ms", BigInteger, nullable=False),
    Column("key", Text, nullable=False),
    Column("signature", Text, nullable=False),
)

# What a topic said before it was edited, so that each decision can be read with what it was about.
topic_versions = Table(
    "topic_versions",
    metadata,
    Column("topic_id", Text, ForeignKey("topics.id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("planned_at_ms", BigInteger),
    # Ids as a JSON list.
    Column("products", Text, nullable=False),
    Column("replaced_at_ms", BigInteger, nullable=False),
    Column("cover", Text),
)

# Who asked for another judge of a topic, and who may not judge it.
topic_referrals = Table(
    "topic_referrals",
    metadata,
    Column("id", Text, primary_key=True),
    Column("topic_id", Text, ForeignKey("topics.id"), nullable=False, index=True),
    Column("topic_version", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("by_id", Text, ForeignKey("people.id"), nullable=False),
    Column("barred_id", Text, ForeignKey("people.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)
