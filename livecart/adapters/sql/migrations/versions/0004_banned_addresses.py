"""Addresses of the banned, whose guests are refused"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "banned_addresses",
        sa.Column("ban_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ban_id"], ["bans.id"], name=op.f("fk_banned_addresses_ban_id")),
        sa.PrimaryKeyConstraint("ban_id", "digest", name=op.f("pk_banned_addresses")),
    )


def downgrade() -> None:
    op.drop_table("banned_addresses")
