"""Viewers' reports and their cases, groups of staff, the taxonomy's versions, and covers of topics"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_cases",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Text(), nullable=False),
        sa.Column("show_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("host_id", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("opened_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("priority", sa.BigInteger(), nullable=False),
        sa.Column("reporters", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_until_ms", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("ruling", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (outcome IS NULL)", name=op.f("ck_report_cases_outcome")),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_report_cases_show_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_report_cases_person_id")),
        sa.ForeignKeyConstraint(["host_id"], ["people.id"], name=op.f("fk_report_cases_host_id")),
        sa.ForeignKeyConstraint(["claimed_by"], ["people.id"], name=op.f("fk_report_cases_claimed_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_report_cases_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_cases")),
    )
    op.create_index(
        "ix_report_cases_open",
        "report_cases",
        ["show_id", "kind", "target_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_report_cases_state_priority", "report_cases", ["state", "priority"])
    op.create_index("ix_report_cases_person_id", "report_cases", ["person_id"])
    op.create_index("ix_report_cases_decided_at_ms", "report_cases", ["decided_at_ms"])
    op.create_table(
        "reports",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("reporter_id", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["report_cases.id"], name=op.f("fk_reports_case_id")),
        sa.ForeignKeyConstraint(["reporter_id"], ["people.id"], name=op.f("fk_reports_reporter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("case_id", "reporter_id", name=op.f("uq_reports_case_id_reporter_id")),
    )
    op.create_index("ix_reports_reporter_id_id", "reports", ["reporter_id", "id"])
    op.create_table(
        "staff_groups",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("group_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_staff_groups_person_id")),
        sa.PrimaryKeyConstraint("person_id", "group_key", name=op.f("pk_staff_groups")),
    )
    op.create_table(
        "taxonomy_versions",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("restricted", sa.Text(), nullable=False),
        sa.Column("group_key", sa.Text(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["people.id"], name=op.f("fk_taxonomy_versions_changed_by")),
        sa.PrimaryKeyConstraint("key", "version", name=op.f("pk_taxonomy_versions")),
    )
    for table in ("topics", "topic_versions", "shows"):
        op.add_column(table, sa.Column("cover", sa.Text(), nullable=True))


def downgrade() -> None:
    for table in ("shows", "topic_versions", "topics"):
        op.drop_column(table, "cover")
    op.drop_table("taxonomy_versions")
    op.drop_table("staff_groups")
    op.drop_table("reports")
    op.drop_table("report_cases")
