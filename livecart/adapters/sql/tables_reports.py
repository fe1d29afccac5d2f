"""The tables of viewers' reports: one open case for each object, one report in it for each reporter.

And what else the desk is run by: the groups of staff, and the taxonomy's versions.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, text
from sqlalchemy import UniqueConstraint as Unique

from livecart.adapters.sql.tables import metadata

_OPEN = text("state = 'open'")

report_cases = Table(
    "report_cases",
    metadata,
    Column("id", Text, primary_key=True),
    # show | message | person
    Column("kind", Text, nullable=False),
    # No foreign key: a case outlives the message.
    Column("target_id", Text, nullable=False),
    Column("show_id", Text, ForeignKey("shows.id"), nullable=False),
    Column("person_id", Text, ForeignKey("people.id"), nullable=False),
    Column("host_id", Text, ForeignKey("people.id"), nullable=False),
    # What stood there when it was first reported.
    Column("quote", Text, nullable=False),
    Column("opened_at_ms", BigInteger, nullable=False),
    Column("category", Text, nullable=False),
    Column("priority", BigInteger, nullable=False),
    Column("reporters", Integer, nullable=False),
    # open | resolved
    Column("state", Text, nullable=False),
    Column("claimed_by", Text, ForeignKey("people.id")),
    Column("claimed_until_ms", BigInteger),
    # no_violation | action_taken
    Column("outcome", Text),
    Column("decided_by", Text, ForeignKey("people.id")),
    Column("decided_at_ms", BigInteger),
    Column("reason", Text),
    # The row of the moderation log that says what was done.
    Column("ruling", BigInteger),
    CheckConstraint("(state = 'open') = (outcome IS NULL)", name="outcome"),
    Index(
        "ix_report_cases_open",
        "show_id",
        "kind",
        "target_id",
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    ),
    Index("ix_report_cases_state_priority", "state", "priority"),
    Index("ix_report_cases_person_id", "person_id"),
    Index("ix_report_cases_decided_at_ms", "decided_at_ms"),
)

reports = Table(
    "reports",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", Text, ForeignKey("report_cases.id"), nullable=False),
    Column("reporter_id", Text, ForeignKey("people.id"), nullable=False),
    Column("category", Text, nullable=False),
    Column("text", Text),
    Column("at_ms", BigInteger, nullable=False),
    Column("weight", Integer, nullable=False),
    Unique("case_id", "reporter_id"),
    Index("ix_reports_reporter_id_id", "reporter_id", "id"),
)

staff_groups = Table(
    "staff_groups",
    metadata,
    Column("person_id", Text, ForeignKey("people.id"), primary_key=True),
    Column("group_key", Text, primary_key=True),
)

# Every change of a category; the newest is in force. A shop that never changed one has no row of it.
taxonomy_versions = Table(
    "taxonomy_versions",
    metadata,
    Column("key", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("policy", Text, nullable=False),
    # Words as a JSON list, names by language as a JSON object.
    Column("restricted", Text, nullable=False),
    Column("group_key", Text, nullable=False),
    Column("names", Text, nullable=False),
    Column("retired", Boolean, nullable=False),
    Column("changed_by", Text, ForeignKey("people.id"), nullable=False),
    Column("changed_at_ms", BigInteger, nullable=False),
)
