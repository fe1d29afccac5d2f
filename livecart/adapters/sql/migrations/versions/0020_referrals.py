"""Who came to which show by whose link"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "referrals",
        sa.Column("show_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("person_id <> by_id", name=op.f("ck_referrals_other")),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_referrals_show_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_referrals_person_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_referrals_by_id")),
        sa.PrimaryKeyConstraint("show_id", "person_id", name=op.f("pk_referrals")),
    )
    op.create_index(op.f("ix_referrals_person_id"), "referrals", ["person_id"])
    op.create_index("ix_referrals_by_id", "referrals", ["by_id"])


def downgrade() -> None:
    op.drop_index("ix_referrals_by_id", table_name="referrals")
    op.drop_index(op.f("ix_referrals_person_id"), table_name="referrals")
    op.drop_table("referrals")
