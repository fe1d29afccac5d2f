"""Waitlists of sold-out goods, and the units that are held for those who are invited"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, most in (("variants", "stock"), ("offers", "quantity")):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("invited", sa.BigInteger(), server_default="0", nullable=False))
            batch.create_check_constraint(
                op.f(f"ck_{table}_invited"), f"invited >= 0 AND reserved + sold + invited <= {most}"
            )
    op.create_table(
        "waitlist_places",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("thing_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("show_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.Column("joined_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("hold_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('variant', 'offer')", name=op.f("ck_waitlist_places_kind")),
        sa.CheckConstraint(
            "units >= 0 AND units <= quantity AND (units = 0) = (until_ms IS NULL)",
            name=op.f("ck_waitlist_places_units"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_waitlist_places_person_id")),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_waitlist_places_show_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waitlist_places")),
    )
    op.create_index("ux_waitlist_places_thing", "waitlist_places", ["kind", "thing_id", "person_id"], unique=True)
    op.create_index("ix_waitlist_places_until_ms", "waitlist_places", ["until_ms"])
    op.create_index(op.f("ix_waitlist_places_person_id"), "waitlist_places", ["person_id"])
    op.create_index(op.f("ix_waitlist_places_show_id"), "waitlist_places", ["show_id"])


def downgrade() -> None:
    op.drop_table("waitlist_places")
    for table in ("variants", "offers"):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_invited"), type_="check")
            batch.drop_column("invited")
