"""The audit finds every kind of tampering with red packets, and the tables' constraints refuse the rest."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from livecart.adapters.sql.database import Database
from tests.support.packets import PacketShop, with_packets
from tests.support.shop import open_shop

DRAW_MS = 20_000
TAMPERING = [
    ("UPDATE accounts SET balance_minor = balance_minor - 1 WHERE id LIKE 'escrow:packet-000002%'", "escrow holds"),
    ("UPDATE red_packets SET claimed_minor = claimed_minor + 1 WHERE state = 'open'", "escrow holds"),
    ("UPDATE accounts SET id = 'escrow:gone:CNY' WHERE id LIKE 'escrow:packet-000002%'", "escrow holds"),
    ("UPDATE red_packets SET total_minor = total_minor + 1 WHERE state = 'open'", "packets are funded"),
    ("UPDATE journals SET kind = 'payment' WHERE kind = 'packet_refunded'", "packets are funded"),
    ("UPDATE red_packets SET claimed_minor = claimed_minor - 1 WHERE state = 'drawn'", "packets are funded"),
    ("UPDATE red_packets SET refunded_minor = refunded_minor - 1 WHERE state = 'drawn'", "of closed packets"),
    ("UPDATE red_packets SET refunded_minor = 1 WHERE state = 'open'", "of closed packets"),
    ("UPDATE red_packets SET state = 'expired' WHERE state = 'open'", "of closed packets"),
    ("UPDATE red_packets SET closed_at_ms = NULL", "of closed packets"),
    ("DELETE FROM red_packet_claims WHERE share = 0", "packets equal their claims"),
    ("UPDATE red_packet_claims SET share = share + 5", "packets equal their claims"),
    ("UPDATE red_packet_claims SET amount_minor = amount_minor + 1", "packets equal their claims"),
    ("UPDATE red_packet_claims SET person_id = 'p00005' WHERE share = 0", "one claim per person"),
    ("UPDATE red_packet_claims SET amount_minor = amount_minor + 1", "one claim per person"),
    ("DELETE FROM red_packet_entries", "packets equal their entries"),
    ("UPDATE red_packets SET entrants = entrants + 1", "packets equal their entries"),
    ("UPDATE red_packet_entries SET person_id = 'p00005' WHERE person_id = 'p00000'", "packets equal their entries"),
]
REFUSED = [
    "UPDATE red_packets SET shares = 2001, total_minor = 3000",
    "UPDATE red_packets SET shares = 0",
    "UPDATE red_packets SET total_minor = shares - 1",
    "UPDATE red_packets SET claimed = shares + 1",
    "UPDATE red_packets SET refunded_minor = total_minor + 1",
    "UPDATE red_packet_claims SET amount_minor = 0",
]


@pytest.fixture
async def rig(database: Database) -> AsyncIterator[PacketShop]:
    """A packet that was drawn with a rest refunded, and one of which a share is claimed."""
    async with open_shop(database, buyers=6) as shop:
        rig = with_packets(shop)
        await rig.fund()
        drawn = await rig.send(mode="draw", shares=5)
        await rig.claim(shop.buyers[0], drawn)
        await rig.claim(shop.buyers[1], drawn)
        await rig.later(DRAW_MS)
        await rig.claim(shop.buyers[2], await rig.send())
        yield rig


async def test_packets_that_nobody_touched_are_in_order(rig: PacketShop) -> None:
    assert await rig.shop.faults() == {}


@pytest.mark.once
@pytest.mark.parametrize(("tampering", "invariant"), TAMPERING)
async def test_tampering_is_found_and_named(rig: PacketShop, tampering: str, invariant: str) -> None:
    database = rig.shop.database
    async with database.write() as connection:
        if database.is_sqlite:
            await connection.execute(text("PRAGMA ignore_check_constraints=ON"))
            # Ids that others refer to may change for a moment.
            await connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        if "SET id" in tampering:
            await connection.execute(text("DELETE FROM entries WHERE account_id LIKE 'escrow:packet-000002%'"))
        assert (await connection.execute(text(tampering))).rowcount > 0
    found = [name for name in await rig.shop.faults() if name.startswith(invariant)]
    assert len(found) == 1
    assert all((await rig.shop.faults())[found[0]])


@pytest.mark.parametrize("statement", REFUSED)
async def test_the_constraints_refuse_what_the_code_would_have_missed(rig: PacketShop, statement: str) -> None:
    with pytest.raises(Exception, match=r"(?i)check constraint"):
        async with rig.shop.database.write() as connection:
            await connection.execute(text(statement))
