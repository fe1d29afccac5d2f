"""Several processes at the same givers and streaks: what is acknowledged is paid, once, and no cap is passed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from livecart.adapters.sql.database import Database
from livecart.domain.errors import ConflictError, LivecartError
from tests.support.gifts import ROCKET, ROSE, WINDOW_MS, with_gifts
from tests.support.shop import branch, open_shop

FUNDS = 10_000


async def test_two_processes_together_spend_a_wallet_once_and_pay_all_that_they_acknowledged(
    database: Database,
) -> None:
    async with open_shop(database, buyers=2) as shop, branch(database, "b") as other:
        rigs = [with_gifts(shop), with_gifts(other, "other")]
        for buyer in shop.buyers:
            await shop.top_up(buyer, 2_000)
        sends = [
            rigs[n % 2].send(shop.buyers[n % 3 % 2], "rose" if n % 5 else "tea", key=f"send-{n}") for n in range(80)
        ]
        answers = await asyncio.gather(*sends, return_exceptions=True)
        assert {getattr(answer, "code", "sent") for answer in answers} == {"sent", "insufficient_funds"}
        sent = [answer for answer in answers if isinstance(answer, dict)]
        paid = sum(answer["gift"]["price"]["amount_minor"] for answer in sent)
        balances = await rigs[0].balances()
        assert all(balances.get(f"wallet:{buyer.id}:CNY", 0) < 100 for buyer in shop.buyers)
        for rig in rigs:
            rig.shop.clock.ms += WINDOW_MS
        done = await asyncio.gather(*(rig.gifts.do_due(shop.clock.ms) for rig in (*rigs, *rigs)))
        # One streak for each person and gift, whoever began it.
        assert sum(done) == len({answer["streak"] for answer in sent}) == 4
        balances = await rigs[0].balances()
        assert balances["proceeds:mei:CNY"] + balances["fees:CNY"] == paid
        assert await shop.faults() == {}


async def test_two_processes_together_do_not_pass_a_cap_that_is_lowered_meanwhile(database: Database) -> None:
    async with open_shop(database, buyers=1) as shop, branch(database, "b") as other:
        rigs = [with_gifts(shop), with_gifts(other, "other")]
        (ana,) = shop.buyers
        await shop.top_up(ana, FUNDS)
        await rigs[0].cap(ana, 2_000)
        steps: list[Any] = [rigs[n % 2].send(ana, key=f"send-{n}") for n in range(40)]
        steps.insert(20, rigs[1].cap(ana, 1_000))
        answers = await asyncio.gather(*steps, return_exceptions=True)
        codes = {answer.code for answer in answers if isinstance(answer, LivecartError)}
        assert codes == {"gift_cap_reached"}
        lowered = answers[20]
        assert isinstance(lowered, dict)
        assert lowered["cap_minor"] == 1_000
        sent = sum(isinstance(answer, dict) for answer in answers) - 1
        # What came after the lower cap stayed below it, or nothing came after it.
        assert sent * ROSE == max(1_000, lowered["spent_minor"])
        spent = (await rigs[0].preferences.get(ana))["gift_cap"]["spent_minor"]
        assert spent == sent * ROSE
        with pytest.raises(ConflictError):
            await rigs[0].send(ana)
        assert await shop.faults() == {}


async def test_a_send_at_the_very_end_of_a_streak_is_in_it_or_in_the_next(database: Database) -> None:
    """One process's clock says that the window is over, the other's that it is not."""
    async with open_shop(database, buyers=1) as shop, branch(database, "b") as other:
        rig, ending = with_gifts(shop), with_gifts(other, "other")
        (ana,) = shop.buyers
        await shop.top_up(ana, FUNDS)
        other.clock.ms += WINDOW_MS
        for n in range(15):
            await rig.send(ana)
            ends = ending.gifts.do_due(other.clock.ms)
            # A key of its own: both processes count theirs from 0.
            steps: list[Any] = [rig.send(ana), ends, rig.send(ana), ending.send(ana, key=f"other-{n}")]
            answers = await asyncio.gather(*steps, return_exceptions=True)
            assert not [answer for answer in answers if isinstance(answer, BaseException)]
            shop.clock.ms += 1_000
            other.clock.ms += 1_000
        for rows in (rig, ending):
            rows.shop.clock.ms += 2 * WINDOW_MS
        await rig.gifts.do_due(other.clock.ms)
        streaks = (await rig.streaks()).values()
        assert sum(row.gifts for row in streaks) == 60
        assert all(row.ended_at_ms is not None for row in streaks)
        balances = await rig.balances()
        assert balances["proceeds:mei:CNY"] + balances["fees:CNY"] == 60 * ROSE
        assert await shop.faults() == {}


async def test_what_was_acknowledged_is_paid_by_whoever_is_there_later(database: Database) -> None:
    """The process that sent it is gone; nothing of a streak is in its memory."""
    async with open_shop(database, buyers=1) as shop:
        await shop.top_up(shop.buyers[0], 2 * ROCKET)
        sent = await with_gifts(shop).send(shop.buyers[0], "rocket")
    async with branch(database, "b") as later:
        rig = with_gifts(later, "other")
        assert await rig.later(WINDOW_MS) == 1
        row = (await rig.streaks())[sent["streak"]]
        assert (row.total_minor, row.fee_minor) == (ROCKET, 2_000)
        assert await later.faults() == {}
