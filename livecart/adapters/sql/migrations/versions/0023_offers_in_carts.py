"""In which offer a line of a cart was seen at its price"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cart_lines", sa.Column("offer_id", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("cart_lines", "offer_id")
