"""When people signed in last, since what they follow goes some time after that"""

import time

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("signed_in_at_ms", sa.BigInteger(), nullable=True))
    # Nobody has been away for long on the day of the change.
    now_ms = int(time.time() * 1000)
    op.execute(sa.text("UPDATE people SET signed_in_at_ms = :now").bindparams(now=now_ms))


def downgrade() -> None:
    op.drop_column("people", "signed_in_at_ms")
