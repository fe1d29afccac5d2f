"""The tables of offers, coupons, and how a show sells."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text

from livecart.adapters.sql.tables import metadata

offers = Table(
    "offers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("show_id", Text, ForeignKey("shows.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("price_minor", BigInteger, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("per_buyer", BigInteger, nullable=False),
    # reserve | first_to_pay
    Column("mode", Text, nullable=False),
    Column("starts_at_ms", BigInteger, nullable=False),
    # Null: it closes with its show.
    Column("ends_at_ms", BigInteger),
    Column("closed_at_ms", BigInteger),
    Column("reserved", BigInteger, nullable=False),
    Column("sold", BigInteger, nullable=False),
    # Counts every change, so that an older `offer` event can be told from a newer one.
    Column("version", BigInteger, nullable=False),
    # Held for those whom its waitlist invited.
    Column("invited", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("price_minor >= 0", name="price"),
    CheckConstraint("invited >= 0 AND reserved + sold + invited <= quantity", name="invited"),
    CheckConstraint("reserved >= 0 AND sold >= 0 AND reserved + sold <= quantity", name="units"),
    Index("ix_offers_show_id_id", "show_id", "id"),
)

offer_lines = Table(
    "offer_lines",
    metadata,
    Column("offer_id", Text, ForeignKey("offers.id"), primary_key=True),
    Column("variant_id", Text, ForeignKey("variants.id"), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    # The variant's own price when the offer was made.
    Column("list_minor", BigInteger, nullable=False),
    CheckConstraint("quantity > 0", name="quantity"),
)

# How many units of an offer each buyer holds or has bought.
offer_buyers = Table(
    "offer_buyers",
    metadata,
    Column("offer_id", Text, ForeignKey("offers.id"), primary_key=True),
    Column("buyer_id", Text, ForeignKey("people.id"), primary_key=True),
    Column("units", BigInteger, nullable=False),
    CheckConstraint("units >= 0", name="units"),
)

coupons = Table(
    "coupons",
    metadata,
    Column("code", Text, primary_key=True),
    Column("owner_id", Text, ForeignKey("people.id"), nullable=False, index=True),
    # Null: for the goods of every seller.
    Column("seller_id", Text, ForeignKey("people.id")),
    # fixed | percent; `value` counts minor units or percent.
    Column("kind", Text, nullable=False),
    Column("value", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("minimum_minor", BigInteger, nullable=False),
    Column("per_person", BigInteger, nullable=False),
    Column("total", BigInteger),
    Column("starts_at_ms", BigInteger),
    Column("ends_at_ms", BigInteger),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("disabled_at_ms", BigInteger),
    Column("used", BigInteger, nullable=False),
    CheckConstraint("used >= 0 AND (total IS NULL OR used <= total)", name="used"),
    CheckConstraint("value > 0 AND (kind = 'fixed' OR value <= 100)", name="value"),
)

coupon_buyers = Table(
    "coupon_buyers",
    metadata,
    Column("code", Text, ForeignKey("coupons.code"), primary_key=True),
    Column("buyer_id", Text, ForeignKey("people.id"), primary_key=True),
    Column("uses", BigInteger, nullable=False),
    CheckConstraint("uses >= 0", name="uses"),
)

# What a show's host chose for offers that say nothing; a show without a row holds goods at the order.
show_sales = Table(
    "show_sales",
    metadata,
    Column("show_id", Text, ForeignKey("shows.id"), primary_key=True),
    Column("mode", Text, nullable=False),
)
