"""The tables of prices in other currencies, of carts, and of what people chose for themselves."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Table, Text

from livecart.adapters.sql.tables import metadata

# A variant's price in its product's own currency stands with the variant.
variant_prices = Table(
    "variant_prices",
    metadata,
    Column("variant_id", Text, ForeignKey("variants.id"), primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("price_minor", BigInteger, nullable=False),
    CheckConstraint("price_minor >= 0", name="price"),
)

cart_lines = Table(
    "cart_lines",
    metadata,
    Column("person_id", Text, ForeignKey("people.id"), primary_key=True),
    Column("variant_id", Text, ForeignKey("variants.id"), primary_key=True),
    # In which show it was put in.
    Column("show_id", Text, ForeignKey("shows.id")),
    Column("quantity", BigInteger, nullable=False),
    # What one unit cost when its person last said that he wants it, and in which offer that was; null: in none.
    Column("currency", Text, nullable=False),
    Column("seen_minor", BigInteger, nullable=False),
    Column("added_at_ms", BigInteger, nullable=False),
    Column("offer_id", Text),
    CheckConstraint("quantity > 0", name="quantity"),
)

# A person without a row has the defaults.
person_settings = Table(
    "person_settings",
    metadata,
    Column("person_id", Text, ForeignKey("people.id"), primary_key=True),
    Column("show_my_purchases", Boolean, nullable=False),
)
