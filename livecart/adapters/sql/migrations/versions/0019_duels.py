"""Duels of two hosts, and from whom each host takes invitations"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('invited', 'running', 'after')")
_TOGETHER = sa.text("state IN ('running', 'after')")


def upgrade() -> None:
    op.create_table(
        "duels",
        sa.Column("id", sa.Text(), nullable=False),
        *(column for side in ("home", "away") for column in _side(side)),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("invited_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.Column("started_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("decided_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint([f"{side}_{name}_id"], [f"{table}.id"], name=op.f(f"fk_duels_{side}_{name}_id"))
            for side in ("home", "away")
            for name, table in (("host", "people"), ("show", "shows"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duels")),
    )
    for side in ("home", "away"):
        op.create_index(
            f"uq_duels_{side}",
            "duels",
            [f"{side}_show_id"],
            unique=True,
            sqlite_where=_TOGETHER,
            postgresql_where=_TOGETHER,
        )
        op.create_index(f"ix_duels_{side}_host_id", "duels", [f"{side}_host_id"])
    op.create_index("ix_duels_home_show_id_away_show_id", "duels", ["home_show_id", "away_show_id"])
    op.create_index("ix_duels_away_show_id", "duels", ["away_show_id"])
    op.create_index("ix_duels_open", "duels", ["state"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_table(
        "duel_rules",
        sa.Column("host_id", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["host_id"], ["people.id"], name=op.f("fk_duel_rules_host_id")),
        sa.PrimaryKeyConstraint("host_id", name=op.f("pk_duel_rules")),
    )


def downgrade() -> None:
    op.drop_table("duel_rules")
    op.drop_table("duels")


def _side(side: str) -> list[sa.Column[Any]]:
    return [
        sa.Column(f"{side}_show_id", sa.Text(), nullable=False),
        sa.Column(f"{side}_host_id", sa.Text(), nullable=False),
        sa.Column(f"{side}_slot", sa.Integer(), nullable=True),
        sa.Column(f"{side}_score", sa.BigInteger(), nullable=False),
        sa.Column(f"{side}_lost", sa.Boolean(), nullable=False),
    ]
