"""Calls of the audience, and each show's rules for them"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('requested', 'invited', 'accepted', 'green', 'live')")
_ON_STAGE = sa.text("state IN ('accepted', 'green', 'live')")


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("show_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("requested_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("shown_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("media_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("lost_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("publications", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_calls_person_id")),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_calls_show_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    op.create_index(
        "uq_calls_open", "calls", ["show_id", "person_id"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_index(
        "uq_calls_slot", "calls", ["show_id", "slot"], unique=True, sqlite_where=_ON_STAGE, postgresql_where=_ON_STAGE
    )
    op.create_index("ix_calls_show_id_state_id", "calls", ["show_id", "state", "id"])
    op.create_index("ix_calls_show_id_changed_at_ms", "calls", ["show_id", "changed_at_ms"])
    op.create_index("ix_calls_open", "calls", ["state"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("ix_calls_person_id", "calls", ["person_id"])
    op.create_table(
        "call_desks",
        sa.Column("show_id", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("delay_s", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("told_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("untold", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_call_desks_show_id")),
        sa.PrimaryKeyConstraint("show_id", name=op.f("pk_call_desks")),
    )
    op.create_index(
        "ix_call_desks_untold",
        "call_desks",
        ["told_at_ms"],
        sqlite_where=sa.text("untold"),
        postgresql_where=sa.text("untold"),
    )


def downgrade() -> None:
    op.drop_table("call_desks")
    op.drop_table("calls")
