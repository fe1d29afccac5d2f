"""The tables of the chat filter: word lists as they were uploaded, and the lines that are held back."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from livecart.adapters.sql.tables import metadata

# A list is read whole, by each process, when its version has changed; so its entries are no rows.
word_lists = Table(
    "word_lists",
    metadata,
    # Of a show's own list the name is made of the show's id.
    Column("name", Text, primary_key=True),
    # NULL: for all shows.
    Column("show_id", Text, ForeignKey("shows.id"), index=True),
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("changed_by", Text, ForeignKey("people.id"), nullable=False),
    Column("changed_at_ms", BigInteger, nullable=False),
)

# Apart from chat_messages: whatever reads the chat can then not tell what nobody has released.
held_lines = Table(
    "held_lines",
    metadata,
    Column("id", Text, primary_key=True),
    Column("show_id", Text, ForeignKey("shows.id"), nullable=False),
    Column("author_id", Text, ForeignKey("people.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("reply_to", Text),
    # Ids of people as a JSON list; null: nobody.
    Column("mentions", Text),
    # What it was caught by, as it was then: the list may be another one by now.
    Column("rule", Text, nullable=False),
    Column("rule_list", Text, nullable=False),
    Column("rule_entry", Text, nullable=False),
    # waiting | released | refused
    Column("state", Text, nullable=False),
    Column("decided_by", Text, ForeignKey("people.id")),
    Column("decided_at_ms", BigInteger),
    UniqueConstraint("author_id", "show_id", "key"),
    Index(
        "ix_held_lines_waiting",
        "show_id",
        "id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index("ix_held_lines_at_ms", "at_ms"),
)
