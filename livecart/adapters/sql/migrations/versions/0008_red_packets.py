"""Red packets: what was sent, who waits for a draw, who got what, and who may send in a show"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_UNCLOSED = sa.text("state IN ('announced', 'open')")
_MONEY = "claimed_minor >= claimed AND refunded_minor >= 0 AND claimed_minor + refunded_minor <= total_minor"


def upgrade() -> None:
    op.create_table(
        "red_packets",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("show_id", sa.Text(), nullable=False),
        sa.Column("sender_id", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("shares", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("opens_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ends_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("claimed", sa.Integer(), nullable=False),
        sa.Column("claimed_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("entrants", sa.Integer(), nullable=False),
        sa.Column("luckiest_id", sa.Text(), nullable=True),
        sa.Column("luckiest_minor", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("told_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("closed_at_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("shares BETWEEN 1 AND 2000 AND total_minor >= shares", name=op.f("ck_red_packets_shares")),
        sa.CheckConstraint("claimed BETWEEN 0 AND shares", name=op.f("ck_red_packets_claimed")),
        sa.CheckConstraint(_MONEY, name=op.f("ck_red_packets_money")),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_red_packets_show_id")),
        sa.ForeignKeyConstraint(["sender_id"], ["people.id"], name=op.f("fk_red_packets_sender_id")),
        sa.ForeignKeyConstraint(["luckiest_id"], ["people.id"], name=op.f("fk_red_packets_luckiest_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_red_packets")),
    )
    op.create_index("ix_red_packets_show_id_created_at_ms", "red_packets", ["show_id", "created_at_ms"])
    op.create_index(
        "ix_red_packets_unclosed",
        "red_packets",
        ["ends_at_ms"],
        sqlite_where=_UNCLOSED,
        postgresql_where=_UNCLOSED,
    )
    op.create_table(
        "red_packet_entries",
        sa.Column("packet_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["packet_id"], ["red_packets.id"], name=op.f("fk_red_packet_entries_packet_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_red_packet_entries_person_id")),
        sa.PrimaryKeyConstraint("packet_id", "person_id", name=op.f("pk_red_packet_entries")),
    )
    op.create_table(
        "red_packet_claims",
        sa.Column("packet_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor >= 1", name=op.f("ck_red_packet_claims_amount")),
        sa.ForeignKeyConstraint(["packet_id"], ["red_packets.id"], name=op.f("fk_red_packet_claims_packet_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_red_packet_claims_person_id")),
        sa.PrimaryKeyConstraint("packet_id", "person_id", name=op.f("pk_red_packet_claims")),
        sa.UniqueConstraint("packet_id", "share", name=op.f("uq_red_packet_claims_packet_id_share")),
    )
    op.create_table(
        "red_packet_rules",
        sa.Column("show_id", sa.Text(), nullable=False),
        sa.Column("senders", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_red_packet_rules_show_id")),
        sa.PrimaryKeyConstraint("show_id", name=op.f("pk_red_packet_rules")),
    )


def downgrade() -> None:
    op.drop_table("red_packet_rules")
    op.drop_table("red_packet_claims")
    op.drop_table("red_packet_entries")
    op.drop_index("ix_red_packets_unclosed", "red_packets")
    op.drop_index("ix_red_packets_show_id_created_at_ms", "red_packets")
    op.drop_table("red_packets")
