"""Who is to be told when which show begins"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reminders",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("show_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("subscription", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("p256dh", sa.Text(), nullable=False),
        sa.Column("auth", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_reminders_show_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_reminders_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint("show_id", "subscription", name="uq_reminders_show_id_subscription"),
    )
    op.create_index(op.f("ix_reminders_person_id"), "reminders", ["person_id"])
    op.create_index(op.f("ix_reminders_subscription"), "reminders", ["subscription"])
    op.create_index("ix_reminders_show_id_next_at_ms", "reminders", ["show_id", "next_at_ms"])


def downgrade() -> None:
    op.drop_index("ix_reminders_show_id_next_at_ms", table_name="reminders")
    op.drop_index(op.f("ix_reminders_subscription"), table_name="reminders")
    op.drop_index(op.f("ix_reminders_person_id"), table_name="reminders")
    op.drop_table("reminders")
