"""Who may go live: rule sets, invitations, standings, applications; legal holds, and what purges removed"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _eligibility()
    op.create_table(
        "legal_holds",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("lifted_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("lifted_by_id", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('person', 'show', 'order')", name=op.f("ck_legal_holds_kind")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_legal_holds_by_id")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["people.id"], name=op.f("fk_legal_holds_lifted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_holds")),
    )
    holding = sa.text("lifted_at_ms IS NULL")
    op.create_index(
        "ux_legal_holds_subject",
        "legal_holds",
        ["kind", "subject_id"],
        unique=True,
        sqlite_where=holding,
        postgresql_where=holding,
    )
    op.create_table(
        "purges",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("before_ms", sa.BigInteger(), nullable=False),
        sa.Column("removed", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("removed > 0", name=op.f("ck_purges_removed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purges")),
    )
    op.create_index("ix_purges_kind_at_ms", "purges", ["kind", "at_ms"])


def _eligibility() -> None:
    op.create_table(
        "eligibility_rule_sets",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_eligibility_rule_sets_by_id")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_eligibility_rule_sets")),
    )
    op.create_table(
        "invitations",
        sa.Column("cohort", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Text(), nullable=True),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_invitations_person_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_invitations_by_id")),
        sa.PrimaryKeyConstraint("cohort", "person_id", name=op.f("pk_invitations")),
    )
    op.create_index(op.f("ix_invitations_person_id"), "invitations", ["person_id"])
    op.create_table(
        "eligibility_standings",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_eligibility_standings_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_eligibility_standings")),
    )
    op.create_table(
        "creator_applications",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'granted', 'refused')", name=op.f("ck_creator_applications_state")),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at_ms IS NULL)", name=op.f("ck_creator_applications_decided")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_creator_applications_person_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_creator_applications_decided_by")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_creator_applications")),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_creator_applications_waiting",
        "creator_applications",
        ["at_ms"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def downgrade() -> None:
    for table in (
        "purges",
        "legal_holds",
        "creator_applications",
        "eligibility_standings",
        "invitations",
        "eligibility_rule_sets",
    ):
        op.drop_table(table)
