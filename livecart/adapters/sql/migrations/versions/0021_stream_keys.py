"""Which key for encoders is good in which show"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stream_keys",
        sa.Column("show_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("session", sa.Text(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_stream_keys_number")),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_stream_keys_show_id")),
        sa.PrimaryKeyConstraint("show_id", name=op.f("pk_stream_keys")),
    )


def downgrade() -> None:
    op.drop_table("stream_keys")
