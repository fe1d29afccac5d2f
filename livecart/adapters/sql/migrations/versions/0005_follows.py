"""Follows, a chat for followers only, and old chat found by its time"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "follows",
        sa.Column("followed_id", sa.Text(), nullable=False),
        sa.Column("follower_id", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("followed_id <> follower_id", name=op.f("ck_follows_other")),
        sa.ForeignKeyConstraint(["followed_id"], ["people.id"], name=op.f("fk_follows_followed_id")),
        sa.ForeignKeyConstraint(["follower_id"], ["people.id"], name=op.f("fk_follows_follower_id")),
        sa.PrimaryKeyConstraint("followed_id", "follower_id", name=op.f("pk_follows")),
    )
    op.create_index(op.f("ix_follows_follower_id"), "follows", ["follower_id"])
    op.create_index("ix_chat_messages_at_ms", "chat_messages", ["at_ms"])
    with op.batch_alter_table("chat_rules") as batch:
        batch.add_column(sa.Column("followed_minutes", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("chat_rules") as batch:
        batch.drop_column("followed_minutes")
    op.drop_index("ix_chat_messages_at_ms", table_name="chat_messages")
    op.drop_index(op.f("ix_follows_follower_id"), table_name="follows")
    op.drop_table("follows")
