"""All tables: times are Unix milliseconds, amounts minor units, ids text; constraints hold what the domain promises."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only for a plain INTEGER primary key.
_RowNumber = BigInteger().with_variant(Integer(), "sqlite")

people = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("handle", Text, nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    # The last time; a session lasts for thirty days more.
    Column("signed_in_at_ms", BigInteger),
)

sessions = Table(
    "sessions",
    metadata,
    # SHA-256 of the token: a stolen table opens no account.
    Column("token_hash", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("people.id"), nullable=False, index=True),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
)

bans = Table(
    "bans",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("people.id"), nullable=False, index=True),
    # NULL: the operator's command line.
    Column("by_id", Text, ForeignKey("people.id")),
    Column("reason", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    # NULL: for good.
    Column("until_ms", BigInteger),
    Column("lifted_at_ms", BigInteger),
    Column("lifted_by_id", Text, ForeignKey("people.id")),
    # False until the person's media sessions are closed for certain.
    Column("enforced", Boolean, nullable=False),
    CheckConstraint("until_ms IS NULL OR until_ms > at_ms", name="until"),
    Index("ix_bans_unenforced", "id", sqlite_where=text("enforced = 0"), postgresql_where=text("NOT enforced")),
)

banned_addresses = Table(
    "banned_addresses",
    metadata,
    Column("ban_id", Text, ForeignKey("bans.id"), primary_key=True),
    # Keyed with the shop's secret: whoever has the table alone cannot try all addresses.
    Column("digest", Text, primary_key=True),
)

topics = Table(
    "topics",
    metadata,
    Column("id", Text, primary_key=True),
    Column("creator_id", Text, ForeignKey("people.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("planned_at_ms", BigInteger),
    # Where its picture is served.
    Column("cover", Text),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("submitted_at_ms", BigInteger),
    Column("claimed_by", Text, ForeignKey("people.id")),
    Column("claimed_until_ms", BigInteger),
    # Of an approval; NULL: it holds for good.
    Column("expires_at_ms", BigInteger),
    Index("ix_topics_status_submitted_at_ms", "status", "submitted_at_ms"),
    Index("ix_topics_creator_id_created_at_ms", "creator_id", "created_at_ms"),
)

topic_products = Table(
    "topic_products",
    metadata,
    Column("topic_id", Text, ForeignKey("topics.id"), primary_key=True),
    Column("product_id", Text, ForeignKey("products.id"), primary_key=True),
    Column("position", Integer, nullable=False),
)

topic_decisions = Table(
    "topic_decisions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("topic_id", Text, ForeignKey("topics.id"), nullable=False, index=True),
    Column("topic_version", Integer, nullable=False),
    Column("moderator_id", Text, ForeignKey("people.id"), nullable=False),
    Column("status", Text, nullable=False),
    Column("code", Text),
    Column("reason", Text),
    Column("at_ms", BigInteger, nullable=False),
)

products = Table(
    "products",
    metadata,
    Column("id", Text, primary_key=True),
    Column("seller_id", Text, ForeignKey("people.id"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("url", Text),
    Column("images", Text, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("on_sale", Boolean, nullable=False, server_default=true()),
)

variants = Table(
    "variants",
    metadata,
    Column("id", Text, primary_key=True),
    Column("product_id", Text, ForeignKey("products.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("price_minor", BigInteger, nullable=False),
    # No offer sells below it; null: the seller named none.
    Column("floor_minor", BigInteger),
    Column("stock", BigInteger, nullable=False),
    Column("reserved", BigInteger, nullable=False),
    Column("sold", BigInteger, nullable=False),
    # Counts every change, so that an older `stock` event can be told from a newer one.
    Column("version", BigInteger, nullable=False),
    # Held for those whom a waitlist invited.
    Column("invited", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("price_minor >= 0", name="price"),
    CheckConstraint("reserved >= 0 AND sold >= 0 AND reserved + sold <= stock", name="stock"),
    CheckConstraint("invited >= 0 AND reserved + sold + invited <= stock", name="invited"),
)

stock_movements = Table(
    "stock_movements",
    metadata,
    Column("id", _RowNumber, primary_key=True, autoincrement=True),
    Column("variant_id", Text, ForeignKey("variants.id"), nullable=False, index=True),
    # received | reserved | released | sold | returned | removed; `quantity` is always positive.
    Column("kind", Text, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("cause", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    CheckConstraint("quantity > 0", name="quantity"),
)

shows = Table(
    "shows",
    metadata,
    Column("id", Text, primary_key=True),
    Column("creator_id", Text, ForeignKey("people.id"), nullable=False),
    Column("topic_id", Text, ForeignKey("topics.id"), nullable=False),
    Column("topic_version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("planned_at_ms", BigInteger),
    Column("state", Text, nullable=False),
    Column("viewers_policy", Text, nullable=False),
    Column("bag_version", Integer, nullable=False),
    Column("showing_product_id", Text, ForeignKey("products.id")),
    Column("showing_version", Integer, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("started_at_ms", BigInteger),
    Column("ended_at_ms", BigInteger),
    Column("cover", Text),
    Index("ix_shows_state_created_at_ms", "state", "created_at_ms"),
    Index("ix_shows_creator_id_created_at_ms", "creator_id", "created_at_ms"),
)

show_products = Table(
    "show_products",
    metadata,
    Column("show_id", Text, ForeignKey("shows.id"), primary_key=True),
    Column("product_id", Text, ForeignKey("products.id"), primary_key=True),
    Column("position", Integer, nullable=False),
)

chat_messages = Table(
    "chat_messages",
    metadata,
    Column("id", Text, primary_key=True),
    Column("show_id", Text, ForeignKey("shows.id"), nullable=False),
    Column("author_id", Text, ForeignKey("people.id"), nullable=False),
    # The author's own key: the same key is the same message, however often it is sent.
    Column("key", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    # No foreign key: a reply outlives what it answers.
    Column("reply_to", Text),
    # Ids of people as a JSON list; null: nobody.
    Column("mentions", Text),
    Column("deleted_at_ms", BigInteger),
    Column("deleted_by", Text, ForeignKey("people.id")),
    # author | host | moderator: in which capacity.
    Column("deleted_as", Text),
    UniqueConstraint("author_id", "show_id", "key"),
    Index("ix_chat_messages_show_id_at_ms", "show_id", "at_ms"),
    # What is too old to be kept is found without reading the rest.
    Index("ix_chat_messages_at_ms", "at_ms"),
)

follows = Table(
    "follows",
    metadata,
    Column("followed_id", Text, ForeignKey("people.id"), primary_key=True),
    Column("follower_id", Text, ForeignKey("people.id"), primary_key=True, index=True),
    Column("at_ms", BigInteger, nullable=False),
    CheckConstraint("followed_id <> follower_id", name="other"),
)

# What a show's host or a moderator set; a show without a row has the defaults.
chat_rules = Table(
    "chat_rules",
    metadata,
    Column("show_id", Text, ForeignKey("shows.id"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("slow_s", Integer, nullable=False),
    Column("links", Text, nullable=False),
    Column("who", Text, nullable=False),
    # How long somebody has followed the host who may write, where only followers may.
    Column("followed_minutes", Integer, nullable=False, server_default="0"),
    Column("pinned_id", Text, ForeignKey("chat_messages.id")),
)

canned_replies = Table(
    "canned_replies",
    metadata,
    Column("id", Text, primary_key=True),
    Column("creator_id", Text, ForeignKey("people.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("text", Text, nullable=False),
)

# How many came to a show and what they did; the highest that any web process has told.
show_figures = Table(
    "show_figures",
    metadata,
    Column("show_id", Text, ForeignKey("shows.id"), primary_key=True),
    Column("peak_viewers", BigInteger, nullable=False),
    Column("unique_viewers", BigInteger, nullable=False),
    Column("likes", BigInteger, nullable=False),
)

orders = Table(
    "orders",
    metadata,
    Column("id", Text, primary_key=True),
    Column("buyer_id", Text, ForeignKey("people.id"), nullable=False),
    Column("show_id", Text, ForeignKey("shows.id"), index=True),
    Column("state", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Column("paid_at_ms", BigInteger),
    # The provider's payment under way, or the one that paid it; null: the wallet.
    Column("payment_id", Text),
    Column("refunded_minor", BigInteger, nullable=False, server_default="0"),
    # Whether a refund put its goods back into the stock.
    Column("returned", Boolean, nullable=False, server_default=false()),
    Column("fulfilled_at_ms", BigInteger),
    # The coupon's code; it has a use of it until the order is cancelled or expires.
    Column("coupon", Text),
    # Whether its goods are reserved while it is unpaid.
    Column("held", Boolean, nullable=False, server_default=true()),
    CheckConstraint("total_minor >= 0", name="total"),
    CheckConstraint("refunded_minor >= 0 AND refunded_minor <= total_minor", name="refunded"),
    Index("ix_orders_buyer_id_created_at_ms", "buyer_id", "created_at_ms"),
    # The sweeper looks for reservations whose deadline has passed, and for nothing else.
    Index(
        "ix_orders_reserved_expires_at_ms",
        "expires_at_ms",
        sqlite_where=text("state = 'reserved'"),
        postgresql_where=text("state = 'reserved'"),
    ),
)

order_lines = Table(
    "order_lines",
    metadata,
    Column("order_id", Text, ForeignKey("orders.id"), primary_key=True),
    Column("variant_id", Text, ForeignKey("variants.id"), primary_key=True),
    Column("quantity", BigInteger, nullable=False),
    Column("unit_price_minor", BigInteger, nullable=False),
    # As they were when bought: a later edit of the product does not rewrite an order.
    Column("title", Text, nullable=False),
    Column("variant_title", Text, nullable=False),
    Column("discount_minor", BigInteger, nullable=False, server_default="0"),
    # No foreign key: what was bought does not depend on how it was offered.
    Column("offer_id", Text),
    Column("offer_units", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("quantity > 0", name="quantity"),
    # A seller's orders are found by his variants.
    Index("ix_order_lines_variant_id_order_id", "variant_id", "order_id"),
    Index(
        "ix_order_lines_offer_id",
        "offer_id",
        sqlite_where=text("offer_id IS NOT NULL"),
        postgresql_where=text("offer_id IS NOT NULL"),
    ),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner_id", Text, ForeignKey("people.id"), index=True),
    Column("kind", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("balance_minor", BigInteger, nullable=False),
    # Only the world outside the shop, and what providers hold for it, may go below zero.
    CheckConstraint("kind IN ('external', 'clearing') OR balance_minor >= 0", name="balance"),
)

journals = Table(
    "journals",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    # The same payment of the same order can be booked once only.
    UniqueConstraint("kind", "cause"),
)

entries = Table(
    "entries",
    metadata,
    Column("id", _RowNumber, primary_key=True, autoincrement=True),
    Column("journal_id", Text, ForeignKey("journals.id"), nullable=False, index=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("currency", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("person_id", Text, ForeignKey("people.id"), primary_key=True),
    Column("operation", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request_hash", Text, nullable=False),
    # The first answer as JSON, given again to every repeat.
    Column("answer", Text, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False, index=True),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", _RowNumber, primary_key=True, autoincrement=True),
    Column("event_id", Text, nullable=False, unique=True),
    Column("show_id", Text, ForeignKey("shows.id")),
    # Set for an event that goes to one person alone.
    Column("person_id", Text, ForeignKey("people.id")),
    Column("type", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("published", Boolean, nullable=False),
    Index(
        "ix_outbox_unpublished",
        "id",
        sqlite_where=text("published = 0"),
        postgresql_where=text("NOT published"),
    ),
)
