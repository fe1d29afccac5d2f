"""Offers, bundles, coupons, floor prices, orders that hold nothing"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite adds and drops plain columns itself; copying `orders` or `variants` would trip over what refers to them.
    op.add_column("variants", sa.Column("floor_minor", sa.BigInteger(), nullable=True))
    op.add_column("orders", sa.Column("coupon", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("held", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("order_lines", sa.Column("discount_minor", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("order_lines", sa.Column("offer_id", sa.Text(), nullable=True))
    op.add_column("order_lines", sa.Column("offer_units", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index(
        "ix_order_lines_offer_id",
        "order_lines",
        ["offer_id"],
        sqlite_where=sa.text("offer_id IS NOT NULL"),
        postgresql_where=sa.text("offer_id IS NOT NULL"),
    )
    _create_offers()
    _create_coupons()
    op.create_table(
        "show_sales",
        sa.Column("show_id", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_show_sales_show_id")),
        sa.PrimaryKeyConstraint("show_id", name=op.f("pk_show_sales")),
    )


def _create_offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("show_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("per_buyer", sa.BigInteger(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("starts_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ends_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("closed_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("sold", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_offers_price")),
        sa.CheckConstraint("reserved >= 0 AND sold >= 0 AND reserved + sold <= quantity", name=op.f("ck_offers_units")),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_offers_show_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_index("ix_offers_show_id_id", "offers", ["show_id", "id"])
    op.create_table(
        "offer_lines",
        sa.Column("offer_id", sa.Text(), nullable=False),
        sa.Column("variant_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("list_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_offer_lines_quantity")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_offer_lines_offer_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_offer_lines_variant_id")),
        sa.PrimaryKeyConstraint("offer_id", "variant_id", name=op.f("pk_offer_lines")),
    )
    op.create_table(
        "offer_buyers",
        sa.Column("offer_id", sa.Text(), nullable=False),
        sa.Column("buyer_id", sa.Text(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("units >= 0", name=op.f("ck_offer_buyers_units")),
        sa.ForeignKeyConstraint(["buyer_id"], ["people.id"], name=op.f("fk_offer_buyers_buyer_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_offer_buyers_offer_id")),
        sa.PrimaryKeyConstraint("offer_id", "buyer_id", name=op.f("pk_offer_buyers")),
    )


def _create_coupons() -> None:
    op.create_table(
        "coupons",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("seller_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("minimum_minor", sa.BigInteger(), nullable=False),
        sa.Column("per_person", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("starts_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("ends_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("disabled_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("used >= 0 AND (total IS NULL OR used <= total)", name=op.f("ck_coupons_used")),
        sa.CheckConstraint("value > 0 AND (kind = 'fixed' OR value <= 100)", name=op.f("ck_coupons_value")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_coupons_owner_id")),
        sa.ForeignKeyConstraint(["seller_id"], ["people.id"], name=op.f("fk_coupons_seller_id")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_coupons")),
    )
    op.create_index(op.f("ix_coupons_owner_id"), "coupons", ["owner_id"])
    op.create_table(
        "coupon_buyers",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("buyer_id", sa.Text(), nullable=False),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("uses >= 0", name=op.f("ck_coupon_buyers_uses")),
        sa.ForeignKeyConstraint(["buyer_id"], ["people.id"], name=op.f("fk_coupon_buyers_buyer_id")),
        sa.ForeignKeyConstraint(["code"], ["coupons.code"], name=op.f("fk_coupon_buyers_code")),
        sa.PrimaryKeyConstraint("code", "buyer_id", name=op.f("pk_coupon_buyers")),
    )


def downgrade() -> None:
    for table in ("show_sales", "coupon_buyers", "coupons", "offer_buyers", "offer_lines", "offers"):
        op.drop_table(table)
    op.drop_index("ix_order_lines_offer_id", table_name="order_lines")
    for table, column in (
        ("order_lines", "offer_units"),
        ("order_lines", "offer_id"),
        ("order_lines", "discount_minor"),
        ("orders", "held"),
        ("orders", "coupon"),
        ("variants", "floor_minor"),
    ):
        op.drop_column(table, column)
