"""Gifts: what somebody gives and at most wants to give, and the streaks"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_OPEN = sa.text("ended_at_ms IS NULL")


def upgrade() -> None:
    op.create_table(
        "gift_givers",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("spent_minor", sa.BigInteger(), nullable=False),
        sa.Column("cap_minor", sa.BigInteger(), nullable=True),
        sa.Column("next_cap_minor", sa.BigInteger(), nullable=True),
        sa.Column("next_day", sa.Integer(), nullable=True),
        sa.CheckConstraint("spent_minor >= 0", name=op.f("ck_gift_givers_spent")),
        sa.CheckConstraint("cap_minor >= 0 AND next_cap_minor >= 0", name=op.f("ck_gift_givers_cap")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_gift_givers_person_id")),
        sa.PrimaryKeyConstraint("person_id", "currency", name=op.f("pk_gift_givers")),
    )
    op.create_table(
        "gift_streaks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("show_id", sa.Text(), nullable=False),
        sa.Column("sender_id", sa.Text(), nullable=False),
        sa.Column("gift", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("icon", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("gifts", sa.BigInteger(), nullable=False),
        sa.Column("sends", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("opened_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ends_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("sends >= 1 AND gifts >= sends", name=op.f("ck_gift_streaks_gifts")),
        sa.CheckConstraint(
            "price_minor >= 1 AND total_minor = price_minor * gifts", name=op.f("ck_gift_streaks_total")
        ),
        sa.CheckConstraint("fee_minor BETWEEN 0 AND total_minor", name=op.f("ck_gift_streaks_fee")),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_gift_streaks_show_id")),
        sa.ForeignKeyConstraint(["sender_id"], ["people.id"], name=op.f("fk_gift_streaks_sender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift_streaks")),
    )
    op.create_index("ix_gift_streaks_show_id", "gift_streaks", ["show_id"])
    op.create_index("ix_gift_streaks_open", "gift_streaks", ["sender_id"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("ix_gift_streaks_due", "gift_streaks", ["ends_at_ms"], sqlite_where=_OPEN, postgresql_where=_OPEN)


def downgrade() -> None:
    op.drop_index("ix_gift_streaks_due", "gift_streaks")
    op.drop_index("ix_gift_streaks_open", "gift_streaks")
    op.drop_index("ix_gift_streaks_show_id", "gift_streaks")
    op.drop_table("gift_streaks")
    op.drop_table("gift_givers")
