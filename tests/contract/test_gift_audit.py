"""The audit finds every kind of tampering with gifts, and the tables' constraints refuse the rest."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from livecart.adapters.sql.database import Database
from tests.support.gifts import WINDOW_MS, GiftShop, with_gifts
from tests.support.shop import open_shop

TAMPERING = [
    ("UPDATE accounts SET balance_minor = balance_minor - 1 WHERE kind = 'held' AND balance_minor > 0", "what is held"),
    ("UPDATE gift_streaks SET ended_at_ms = 1 WHERE ended_at_ms IS NULL", "what is held"),
    ("UPDATE gift_streaks SET ended_at_ms = 1 WHERE ended_at_ms IS NULL", "streaks that have ended are paid once"),
    ("UPDATE gift_streaks SET gifts = 9, total_minor = 9 * price_minor", "streaks add up"),
    ("UPDATE gift_streaks SET sends = sends + 1", "streaks add up"),
    ("DELETE FROM gift_streaks WHERE ended_at_ms IS NOT NULL", "streaks that have ended are paid once"),
    ("UPDATE journals SET kind = 'payment' WHERE kind = 'gift_held'", "streaks add up"),
    ("UPDATE gift_streaks SET sender_id = 'p00002'", "streaks add up"),
    ("UPDATE gift_streaks SET fee_minor = fee_minor + 1", "hosts got"),
    ("UPDATE gift_streaks SET gifts = 4, total_minor = 400 WHERE ended_at_ms IS NOT NULL", "streaks that have ended"),
]
REFUSED = [
    "UPDATE gift_streaks SET total_minor = total_minor + 1",
    "UPDATE gift_streaks SET gifts = 0, total_minor = 0",
    "UPDATE gift_streaks SET fee_minor = total_minor + 1",
    "UPDATE gift_streaks SET sends = gifts + 1",
    "UPDATE gift_givers SET spent_minor = -1",
    "UPDATE gift_givers SET cap_minor = -1",
    "UPDATE gift_givers SET next_cap_minor = -1, cap_minor = 1",
]


@pytest.fixture
async def given(database: Database) -> AsyncIterator[GiftShop]:
    """A streak that was paid, and one that goes on."""
    async with open_shop(database, buyers=3) as shop:
        rig = with_gifts(shop)
        await shop.top_up(shop.buyers[0], 10_000)
        await rig.send(shop.buyers[0], count=3)
        await rig.later(WINDOW_MS)
        await rig.send(shop.buyers[0], count=2)
        assert await shop.faults() == {}
        yield rig


@pytest.mark.once
@pytest.mark.parametrize(("tampering", "invariant"), TAMPERING)
async def test_tampering_is_found_and_named(given: GiftShop, tampering: str, invariant: str) -> None:
    database = given.shop.database
    async with database.write() as connection:
        assert (await connection.execute(text(tampering))).rowcount > 0
    found = [name for name in await given.shop.faults() if name.startswith(invariant)]
    assert len(found) == 1


@pytest.mark.parametrize("statement", REFUSED)
async def test_the_constraints_refuse_what_the_code_would_have_missed(given: GiftShop, statement: str) -> None:
    with pytest.raises(Exception, match=r"(?i)check constraint"):
        async with given.shop.database.write() as connection:
            await connection.execute(text(statement))
