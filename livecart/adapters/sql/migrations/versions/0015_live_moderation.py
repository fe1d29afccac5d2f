"""Mutes and bans from one show, assistants, warnings to hosts, stopped shows, closed products"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sanctions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("show_id", sa.Text(), nullable=True),
        sa.Column("by_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.Column("lifted_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("lifted_by_id", sa.Text(), nullable=True),
        sa.Column("enforced", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('mute', 'ban') AND (kind = 'mute' OR show_id IS NOT NULL)", name=op.f("ck_sanctions_kind")
        ),
        sa.CheckConstraint("until_ms IS NULL OR until_ms > at_ms", name=op.f("ck_sanctions_until")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sanctions_person_id")),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_sanctions_show_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_sanctions_by_id")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["people.id"], name=op.f("fk_sanctions_lifted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanctions")),
    )
    op.create_index("ix_sanctions_person_id", "sanctions", ["person_id"])
    op.create_index("ix_sanctions_show_id", "sanctions", ["show_id"])
    op.create_index(
        "ix_sanctions_unenforced",
        "sanctions",
        ["id"],
        sqlite_where=sa.text("enforced = 0"),
        postgresql_where=sa.text("NOT enforced"),
    )
    op.create_index(
        "ix_sanctions_standing",
        "sanctions",
        ["until_ms"],
        sqlite_where=sa.text("lifted_at_ms IS NULL"),
        postgresql_where=sa.text("lifted_at_ms IS NULL"),
    )
    op.create_table(
        "sanctioned_addresses",
        sa.Column("sanction_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sanction_id"], ["sanctions.id"], name=op.f("fk_sanctioned_addresses_sanction_id")),
        sa.PrimaryKeyConstraint("sanction_id", "digest", name=op.f("pk_sanctioned_addresses")),
    )
    op.create_table(
        "assistants",
        sa.Column("creator_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("duties", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("creator_id <> person_id", name=op.f("ck_assistants_other")),
        sa.ForeignKeyConstraint(["creator_id"], ["people.id"], name=op.f("fk_assistants_creator_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_assistants_person_id")),
        sa.PrimaryKeyConstraint("creator_id", "person_id", "scope", name=op.f("pk_assistants")),
    )
    op.create_table(
        "host_warnings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("show_id", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("deadline_ms", sa.BigInteger(), nullable=True),
        sa.Column("decision_id", sa.Text(), nullable=True),
        sa.Column("acknowledged_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_by_id", sa.Text(), nullable=True),
        sa.CheckConstraint("deadline_ms IS NULL OR deadline_ms > at_ms", name=op.f("ck_host_warnings_deadline")),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_host_warnings_show_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_host_warnings_by_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["topic_decisions.id"], name=op.f("fk_host_warnings_decision_id")),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["people.id"], name=op.f("fk_host_warnings_withdrawn_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_warnings")),
    )
    op.create_index(op.f("ix_host_warnings_show_id"), "host_warnings", ["show_id"])
    waiting = "deadline_ms IS NOT NULL AND withdrawn_at_ms IS NULL"
    op.create_index(
        "ix_host_warnings_deadline_ms",
        "host_warnings",
        ["deadline_ms"],
        sqlite_where=sa.text(waiting),
        postgresql_where=sa.text(waiting),
    )
    op.create_table(
        "show_stops",
        sa.Column("show_id", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_show_stops_show_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_show_stops_by_id")),
        sa.PrimaryKeyConstraint("show_id", name=op.f("pk_show_stops")),
    )
    op.create_table(
        "closed_products",
        sa.Column("show_id", sa.Text(), nullable=False),
        sa.Column("product_id", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("enforced", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_closed_products_show_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_closed_products_product_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_closed_products_by_id")),
        sa.PrimaryKeyConstraint("show_id", "product_id", name=op.f("pk_closed_products")),
    )
    op.create_index(
        "ix_closed_products_unenforced",
        "closed_products",
        ["at_ms"],
        sqlite_where=sa.text("enforced = 0"),
        postgresql_where=sa.text("NOT enforced"),
    )


def downgrade() -> None:
    for table in (
        "closed_products",
        "show_stops",
        "host_warnings",
        "assistants",
        "sanctioned_addresses",
        "sanctions",
    ):
        op.drop_table(table)
