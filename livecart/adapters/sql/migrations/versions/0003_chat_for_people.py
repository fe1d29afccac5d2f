"""Chat for people: deletions, replies, mentions, rules, canned replies, and the figures of a show"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_DELETED_BY = "fk_chat_messages_deleted_by"


def upgrade() -> None:
    with op.batch_alter_table("chat_messages") as batch:
        batch.add_column(sa.Column("reply_to", sa.Text(), nullable=True))
        batch.add_column(sa.Column("mentions", sa.Text(), nullable=True))
        batch.add_column(sa.Column("deleted_by", sa.Text(), nullable=True))
        batch.add_column(sa.Column("deleted_as", sa.Text(), nullable=True))
        batch.create_foreign_key(_DELETED_BY, "people", ["deleted_by"], ["id"])
    op.create_table(
        "chat_rules",
        sa.Column("show_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("slow_s", sa.Integer(), nullable=False),
        sa.Column("links", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("pinned_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["pinned_id"], ["chat_messages.id"], name=op.f("fk_chat_rules_pinned_id")),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_chat_rules_show_id")),
        sa.PrimaryKeyConstraint("show_id", name=op.f("pk_chat_rules")),
    )
    op.create_table(
        "canned_replies",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("creator_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["creator_id"], ["people.id"], name=op.f("fk_canned_replies_creator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_replies")),
    )
    op.create_index(op.f("ix_canned_replies_creator_id"), "canned_replies", ["creator_id"])
    op.create_table(
        "show_figures",
        sa.Column("show_id", sa.Text(), nullable=False),
        sa.Column("peak_viewers", sa.BigInteger(), nullable=False),
        sa.Column("unique_viewers", sa.BigInteger(), nullable=False),
        sa.Column("likes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_show_figures_show_id")),
        sa.PrimaryKeyConstraint("show_id", name=op.f("pk_show_figures")),
    )


def downgrade() -> None:
    op.drop_table("show_figures")
    op.drop_index(op.f("ix_canned_replies_creator_id"), table_name="canned_replies")
    op.drop_table("canned_replies")
    op.drop_table("chat_rules")
    with op.batch_alter_table("chat_messages") as batch:
        batch.drop_constraint(_DELETED_BY, type_="foreignkey")
        batch.drop_column("deleted_as")
        batch.drop_column("deleted_by")
        batch.drop_column("mentions")
        batch.drop_column("reply_to")
