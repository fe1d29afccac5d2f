"""Goods that are edited and taken off sale, prices in other currencies, carts, and people's own settings"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("products", sa.Column("on_sale", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_index("ix_order_lines_variant_id_order_id", "order_lines", ["variant_id", "order_id"])
    op.create_table(
        "variant_prices",
        sa.Column("variant_id", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_variant_prices_price")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_variant_prices_variant_id")),
        sa.PrimaryKeyConstraint("variant_id", "currency", name=op.f("pk_variant_prices")),
    )
    op.create_table(
        "cart_lines",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("variant_id", sa.Text(), nullable=False),
        sa.Column("show_id", sa.Text(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("seen_minor", sa.BigInteger(), nullable=False),
        sa.Column("added_at_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_cart_lines_quantity")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_cart_lines_person_id")),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_cart_lines_show_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_cart_lines_variant_id")),
        sa.PrimaryKeyConstraint("person_id", "variant_id", name=op.f("pk_cart_lines")),
    )
    op.create_table(
        "person_settings",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("show_my_purchases", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_person_settings_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_settings")),
    )


def downgrade() -> None:
    op.drop_table("person_settings")
    op.drop_table("cart_lines")
    op.drop_table("variant_prices")
    op.drop_index("ix_order_lines_variant_id_order_id", table_name="order_lines")
    op.drop_column("products", "on_sale")
