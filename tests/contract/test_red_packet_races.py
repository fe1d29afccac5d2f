"""Many people and several processes at one red packet: exactly its shares are given, and every cent is somewhere."""

from __future__ import annotations

import asyncio
import random
from typing import Any

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import journals
from livecart.adapters.sql.tables_packets import red_packets
from livecart.domain.errors import LivecartError
from livecart.domain.packet_proof import check
from tests.support.full import FULL
from tests.support.packets import FUNDS, MEI, PacketShop, with_packets
from tests.support.shop import branch, open_shop

CROWD = 10_000 if FULL else 1_000
RACES = 1_000 if FULL else 50
AT_ONCE = 500
DAY_MS, DRAW_MS = 24 * 3_600_000, 20_000


async def _crowd(rigs: list[PacketShop], packet: Any) -> list[dict[str, Any]]:
    """Everybody claims, and a third of them twice more, over whichever process; busy ones come again."""
    waiting = iter([buyer for n, buyer in enumerate(rigs[0].shop.buyers) for _ in range(3 if n % 3 == 0 else 1)])
    answers: list[dict[str, Any]] = []

    async def claimer(rig: PacketShop) -> None:
        for buyer in waiting:
            answer = await rig.claim(buyer, packet)
            answers.append({"person": buyer.id, **answer})

    await asyncio.gather(*(claimer(rigs[n % len(rigs)]) for n in range(AT_ONCE)))
    return answers


async def test_a_crowd_after_a_hundred_shares_gets_exactly_those(database: Database) -> None:
    async with open_shop(database, buyers=CROWD) as shop, branch(database, "b") as other:
        rigs = [with_packets(shop), with_packets(other, "other")]
        await rigs[0].fund()
        packet = await rigs[0].send(total_minor=10_000, shares=100)
        answers = await _crowd(rigs, packet)
        won = {answer["person"]: answer["amount"]["amount_minor"] for answer in answers if answer["state"] == "won"}
        assert len(won) == 100
        assert sum(won.values()) == 10_000
        assert {answer["state"] for answer in answers} == {"won", "lost"}
        # Whoever came again heard the same.
        assert all((answer["person"] in won) == (answer["state"] == "won") for answer in answers)
        row = await rigs[0].row(packet)
        assert (row.state, row.claimed, row.claimed_minor, row.refunded_minor) == ("exhausted", 100, 10_000, 0)
        assert all(step.good for step in check(await rigs[1].proof(packet)))
        assert await shop.faults() == {}


async def test_a_crowd_that_enters_is_drawn_once_by_two_machines(database: Database) -> None:
    async with open_shop(database, buyers=CROWD) as shop, branch(database, "b") as other:
        rigs = [with_packets(shop), with_packets(other, "other")]
        await rigs[0].fund()
        packet = await rigs[0].send(total_minor=10_000, shares=100, mode="draw")
        answers = await _crowd(rigs, packet)
        assert {answer["state"] for answer in answers} == {"entered"}
        for rig in rigs:
            rig.shop.clock.ms += DRAW_MS
        now_ms = shop.clock.ms
        done = await asyncio.gather(*(rig.packets.do_due(now_ms) for rig in (*rigs, *rigs)))
        assert sum(done) == 1
        row = await rigs[0].row(packet)
        assert (row.state, row.claimed, row.claimed_minor, row.entrants) == ("drawn", 100, 10_000, CROWD)
        later = await _crowd(rigs, packet)
        assert len({answer["person"] for answer in later if answer["state"] == "won"}) == 100
        assert all(step.good for step in check(await rigs[1].proof(packet)))
        assert await shop.faults() == {}


async def test_claims_at_the_very_end_are_paid_or_refunded_never_both(database: Database) -> None:
    """One process's clock says that the packets have expired, the other's that they have not."""
    chances = random.Random(36)
    async with open_shop(database, buyers=4) as shop, branch(database, "b") as other:
        rig, sweeping = with_packets(shop), with_packets(other, "other")
        await rig.fund()
        other.clock.ms += DAY_MS
        packets: list[dict[str, Any]] = []
        for _ in range(RACES // 10):
            fresh = [await rig.send(total_minor=100, shares=chances.randint(1, 6)) for _ in range(10)]
            steps: list[Any] = [rig.claim(buyer, packet) for packet in fresh for buyer in shop.buyers]
            steps += [sweeping.packets.do_due(other.clock.ms) for _ in range(4)]
            chances.shuffle(steps)
            answers = await asyncio.gather(*steps, return_exceptions=True)
            assert not [answer for answer in answers if isinstance(answer, BaseException)]
            packets += fresh
        await sweeping.packets.do_due(other.clock.ms)
        assert await sweeping.packets.do_due(other.clock.ms) == 0
        rows = {row.id: row for row in await shop.rows(red_packets)}
        assert {rows[packet["id"]].state for packet in packets} == {"exhausted", "expired"}
        assert all(row.claimed_minor + row.refunded_minor == 100 for row in rows.values())
        claimed = sum(row.claimed_minor for row in rows.values())
        # Both won some of the races.
        assert 0 < claimed < 100 * len(packets)
        assert await rig.balance(MEI) == FUNDS - claimed
        assert await shop.faults() == {}


async def test_entering_and_drawing_at_once_leaves_nobody_between(database: Database) -> None:
    chances = random.Random(37)
    async with open_shop(database, buyers=6) as shop, branch(database, "b") as other:
        rig, drawing = with_packets(shop), with_packets(other, "other")
        await rig.fund()
        packets = [await rig.send(total_minor=100, shares=3, mode="draw") for _ in range(RACES // 5)]
        other.clock.ms += DRAW_MS
        for packet in packets:
            claims = [rig.claim(buyer, packet) for buyer in shop.buyers]
            steps: list[Any] = [*claims, drawing.packets.do_due(other.clock.ms)]
            chances.shuffle(steps)
            answers = await asyncio.gather(*steps, return_exceptions=True)
            assert not [answer for answer in answers if isinstance(answer, LivecartError)]
            entered = [answer for answer in answers if isinstance(answer, dict) and answer["state"] == "entered"]
            proof = await rig.proof(packet)
            assert len(proof["entrants"]) >= len(entered)
            assert len(proof["results"]) == min(3, len(proof["entrants"]))
            assert all(step.good for step in check(proof))
        assert await shop.faults() == {}


async def test_a_wallet_that_funds_ten_packets_funds_ten(database: Database) -> None:
    async with open_shop(database, buyers=1) as shop, branch(database, "b") as other:
        rigs = [with_packets(shop), with_packets(other, "other")]
        await rigs[0].fund(1_000)
        sends = [rigs[n % 2].send(total_minor=100, key=f"send-{n}") for n in range(60)]
        answers = await asyncio.gather(*sends, return_exceptions=True)
        codes = {getattr(answer, "code", "sent") for answer in answers}
        assert codes == {"sent", "insufficient_funds"}
        assert sum(isinstance(answer, dict) for answer in answers) == 10
        assert len([row for row in await shop.rows(journals) if row.kind == "packet_funded"]) == 10
        assert await rigs[0].balance(MEI) == 0
        assert await shop.faults() == {}
