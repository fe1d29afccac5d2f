"""Bans"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bans",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.Column("lifted_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("lifted_by_id", sa.Text(), nullable=True),
        sa.Column("enforced", sa.Boolean(), nullable=False),
        sa.CheckConstraint("until_ms IS NULL OR until_ms > at_ms", name=op.f("ck_bans_until")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_bans_person_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_bans_by_id")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["people.id"], name=op.f("fk_bans_lifted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bans")),
    )
    op.create_index(op.f("ix_bans_person_id"), "bans", ["person_id"])
    op.create_index(
        "ix_bans_unenforced",
        "bans",
        ["id"],
        sqlite_where=sa.text("enforced = 0"),
        postgresql_where=sa.text("NOT enforced"),
    )


def downgrade() -> None:
    op.drop_table("bans")
