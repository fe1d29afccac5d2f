"""The moderation log with its words and what was signed; topics' versions, referrals, and approvals that expire"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "moderation_log",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("words_hash", sa.Text(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_moderation_log")),
    )
    op.create_index("ix_moderation_log_person_id_number", "moderation_log", ["person_id", "number"])
    op.create_index("ix_moderation_log_subject_number", "moderation_log", ["subject", "number"])
    op.create_index("ix_moderation_log_evidence", "moderation_log", ["evidence"])
    op.create_table(
        "moderation_words",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_moderation_words")),
    )
    op.create_table(
        "moderation_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_head")),
    )
    op.create_table(
        "moderation_marks",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("before_ms", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "number", name=op.f("pk_moderation_marks")),
    )
    op.add_column("topics", sa.Column("expires_at_ms", sa.BigInteger(), nullable=True))
    op.create_table(
        "topic_versions",
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("planned_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("products", sa.Text(), nullable=False),
        sa.Column("replaced_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_topic_versions_topic_id")),
        sa.PrimaryKeyConstraint("topic_id", "version", name=op.f("pk_topic_versions")),
    )
    op.create_table(
        "topic_referrals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("topic_version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Text(), nullable=False),
        sa.Column("barred_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_topic_referrals_topic_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_topic_referrals_by_id")),
        sa.ForeignKeyConstraint(["barred_id"], ["people.id"], name=op.f("fk_topic_referrals_barred_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_referrals")),
    )
    op.create_index(op.f("ix_topic_referrals_topic_id"), "topic_referrals", ["topic_id"])


def downgrade() -> None:
    op.drop_table("topic_referrals")
    op.drop_table("topic_versions")
    op.drop_column("topics", "expires_at_ms")
    op.drop_table("moderation_marks")
    op.drop_table("moderation_head")
    op.drop_table("moderation_words")
    op.drop_table("moderation_log")
