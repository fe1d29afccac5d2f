"""Red packets and their rules through the services, on both engines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import update

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import journals, outbox, shows
from livecart.domain.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    UnauthenticatedError,
)
from livecart.domain.ids import PacketId, ShowId
from livecart.domain.money import MAX_MINOR, Money
from livecart.domain.packet_proof import check
from livecart.domain.people import Person
from livecart.domain.topping_up import TopUp
from livecart.services.packet_requests import PacketRequest
from livecart.services.store import Page
from tests.support.packets import FUNDS, MEI, PacketShop, needs, with_packets
from tests.support.shop import ENDED_SHOW, SHOW, open_shop

DRAW_MS, DAY_MS = 20_000, 24 * 3_600_000


@pytest.fixture
async def rig(database: Database) -> AsyncIterator[PacketShop]:
    async with open_shop(database, buyers=6) as shop:
        rig = with_packets(shop)
        await rig.fund()
        yield rig
        assert await shop.faults() == {}


async def _events(rig: PacketShop, kind: str) -> list[Any]:
    return [row for row in await rig.shop.rows(outbox) if row.type == kind]


async def test_sending_moves_the_money_into_escrow_and_tells_the_room(rig: PacketShop) -> None:
    packet = await rig.send(total_minor=1_000, shares=4, opens_in_s=5, mode="draw", condition=needs(bought=True))
    assert packet == {
        "id": packet["id"],
        "show": SHOW,
        "sender": {"id": "mei", "display_name": "Mei"},
        "state": "announced",
        "kind": "lucky",
        "mode": "draw",
        "total": {"amount_minor": 1_000, "currency": "CNY"},
        "shares": 4,
        "claimed": 0,
        "claimed_total": {"amount_minor": 0, "currency": "CNY"},
        "refunded": {"amount_minor": 0, "currency": "CNY"},
        "entrants": 0,
        "luckiest": None,
        "condition": {"bought": True},
        "commitment": packet["commitment"],
        "opens_at": "2027-01-15T08:00:05.000Z",
        "ends_at": "2027-01-15T08:00:25.000Z",
        "closed_at": None,
        "version": 1,
    }
    assert len(bytes.fromhex(packet["commitment"])) == 32
    assert await rig.balance(MEI) == FUNDS - 1_000
    (event,) = await _events(rig, "packet")
    assert (event.show_id, event.person_id) == (SHOW, None)
    assert (await rig.get(packet))["packet"] == packet


async def test_with_speed_whoever_comes_first_gets_the_next_share(rig: PacketShop) -> None:
    packet = await rig.send(total_minor=1_000, shares=3)
    answers = [await rig.claim(buyer, packet) for buyer in rig.shop.buyers[:4]]
    assert [answer["state"] for answer in answers] == ["won", "won", "won", "lost"]
    won = [answer["amount"]["amount_minor"] for answer in answers[:3]]
    assert sum(won) == 1_000
    assert min(won) >= 1
    assert [await rig.balance(buyer) for buyer in rig.shop.buyers[:4]] == [*won, 0]
    shown = await rig.get(packet, rig.shop.buyers[0])
    assert shown["packet"]["state"] == "exhausted"
    assert shown["yours"] == {"packet": packet["id"], "state": "won", "amount": answers[0]["amount"]}
    assert [each["amount"]["amount_minor"] for each in shown["results"]] == won
    luckiest = [each["amount"]["amount_minor"] for each in shown["results"] if each["luckiest"]]
    assert luckiest == [max(won)] == [shown["packet"]["luckiest"]["amount"]["amount_minor"]]


async def test_an_equal_packet_differs_by_one_at_most(rig: PacketShop) -> None:
    packet = await rig.send(total_minor=11, shares=4, kind="equal")
    won = [(await rig.claim(buyer, packet))["amount"]["amount_minor"] for buyer in rig.shop.buyers[:4]]
    assert sorted(won) == [2, 3, 3, 3]


async def test_one_claim_a_person_and_the_same_answer_with_any_key(rig: PacketShop) -> None:
    ana = rig.shop.buyers[0]
    packet = await rig.send()
    first = await rig.claim(ana, packet, key="k")
    again = [await rig.claim(ana, packet, key="k"), await rig.claim(ana, packet, key="j"), await rig.claim(ana, packet)]
    at_once = await asyncio.gather(*(rig.claim(ana, packet, key=f"n{n}") for n in range(5)))
    assert all(answer == first for answer in (*again, *at_once))
    assert len(await rig.claims(packet)) == 1
    # Also once it is over.
    for buyer in rig.shop.buyers[1:4]:
        await rig.claim(buyer, packet)
    assert await rig.claim(ana, packet) == first
    assert (await rig.claim(rig.shop.buyers[4], packet))["state"] == "lost"


async def test_a_key_of_another_claim_is_refused(rig: PacketShop) -> None:
    one, two = await rig.send(), await rig.send()
    await rig.claim(rig.shop.buyers[0], one, key="k")
    with pytest.raises(ConflictError) as refusal:
        await rig.claim(rig.shop.buyers[0], two, key="k")
    assert refusal.value.code == "key_reused"


async def test_nobody_is_served_before_the_countdown_is_over(rig: PacketShop) -> None:
    ana = rig.shop.buyers[0]
    packet = await rig.send(opens_in_s=10)
    rig.shop.clock.ms += 9_999
    with pytest.raises(ConflictError) as refusal:
        await rig.claim(ana, packet)
    assert (refusal.value.code, refusal.value.retry_after_ms) == ("packet_not_open", 1)
    rig.shop.clock.ms += 1
    # By the clock, whether the jobs have looked or not.
    assert (await rig.claim(ana, packet))["state"] == "won"
    assert (await rig.get(packet))["packet"]["state"] == "open"


async def test_the_room_hears_when_a_packet_opens(rig: PacketShop) -> None:
    packet = await rig.send(opens_in_s=10)
    assert await rig.later(9_999) == 0
    assert await rig.later(1) == 1
    assert await rig.later(0) == 0
    assert (await rig.get(packet))["packet"]["state"] == "open"
    assert len(await _events(rig, "packet")) == 2


async def test_at_the_deadline_the_entrants_are_drawn(rig: PacketShop) -> None:
    packet = await rig.send(mode="draw", total_minor=1_000, shares=2)
    entered = [await rig.claim(buyer, packet, nonce=f"n{n}") for n, buyer in enumerate(rig.shop.buyers[:5])]
    assert {answer["state"] for answer in entered} == {"entered"}
    assert (await rig.get(packet, rig.shop.buyers[1]))["yours"] == {
        "packet": packet["id"],
        "state": "entered",
        "nonce": "n1",
    }
    assert (await rig.proof(packet))["seed"] is None
    await rig.later(DRAW_MS - 1)
    assert await rig.claims(packet) == []
    await rig.later(1)
    answers = [await rig.claim(buyer, packet) for buyer in rig.shop.buyers]
    won = [answer["amount"]["amount_minor"] for answer in answers if answer["state"] == "won"]
    assert len(won) == 2
    assert sum(won) == 1_000
    assert [answer["state"] for answer in answers].count("lost") == 4
    assert answers[5]["state"] == "lost"
    proof = await rig.proof(packet)
    assert all(step.good for step in check(proof))
    assert ["p00001", "n1"] in proof["entrants"]
    assert proof["commitment"] == packet["commitment"]


async def test_fewer_entrants_than_shares_get_one_each_and_the_rest_goes_back(rig: PacketShop) -> None:
    packet = await rig.send(mode="draw", total_minor=1_000, shares=10)
    await asyncio.gather(*(rig.claim(buyer, packet) for buyer in rig.shop.buyers[:3]))
    await rig.later(DRAW_MS)
    row = await rig.row(packet)
    assert (row.state, row.claimed, row.entrants) == ("drawn", 3, 3)
    assert row.claimed_minor + row.refunded_minor == 1_000
    assert await rig.balance(MEI) == FUNDS - row.claimed_minor
    assert all(step.good for step in check(await rig.proof(packet)))


async def test_a_packet_that_nobody_entered_goes_back_whole(rig: PacketShop) -> None:
    packet = await rig.send(mode="draw")
    await rig.later(DRAW_MS)
    assert await rig.balance(MEI) == FUNDS
    assert (await rig.get(packet))["packet"]["state"] == "drawn"
    assert all(step.good for step in check(await rig.proof(packet)))


async def test_an_expired_packet_gives_the_rest_back_once(rig: PacketShop) -> None:
    packet = await rig.send(total_minor=1_000, shares=3)
    won = (await rig.claim(rig.shop.buyers[0], packet))["amount"]["amount_minor"]
    await rig.later(DAY_MS - 1)
    assert (await rig.row(packet)).state == "open"
    assert await rig.later(1) == 1
    assert await rig.later(0) == 0
    assert (await rig.row(packet)).state == "expired"
    assert await rig.balance(MEI) == FUNDS - won
    refunds = [row for row in await rig.shop.rows(journals) if row.kind == "packet_refunded"]
    assert len(refunds) == 1
    assert (await rig.claim(rig.shop.buyers[1], packet))["state"] == "lost"
    assert all(step.good for step in check(await rig.proof(packet)))
    (closed,) = await _events(rig, "packet.closed")
    assert '"state":"expired"' in closed.data


async def test_the_room_hears_of_many_claims_in_few_events(rig: PacketShop) -> None:
    packet = await rig.send(shares=100, total_minor=1_000)
    for buyer in rig.shop.buyers[:5]:
        await rig.claim(buyer, packet)
        rig.shop.clock.ms += 100
    told = await _events(rig, "packet.claimed")
    assert len(told) == 2
    # Whoever came in between is told of by the jobs.
    assert await rig.later(300) == 1
    assert await rig.later(300) == 0
    last = (await _events(rig, "packet.claimed"))[-1]
    assert '"claimed":5' in last.data
    assert '"left":95' in last.data


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"shares": 0}, "invalid"),
        ({"shares": -1}, "invalid"),
        ({"shares": 2_001, "total_minor": 5_000}, "invalid"),
        ({"shares": True}, "invalid"),
        ({"shares": 11, "total_minor": 10}, "invalid"),
        ({"total_minor": 0}, "invalid"),
        ({"total_minor": -5}, "invalid"),
        ({"total_minor": 10.5}, "invalid"),
        ({"total_minor": MAX_MINOR + 1}, "amount_too_large"),
        ({"total_minor": FUNDS + 1}, "insufficient_funds"),
        ({"currency": "JPY"}, "insufficient_funds"),
        ({"currency": "yen"}, "invalid"),
        ({"kind": "unfair"}, "invalid"),
        ({"mode": "slow"}, "invalid"),
        ({"opens_in_s": -1}, "invalid"),
        ({"opens_in_s": 3_601}, "invalid"),
        ({"draw_in_s": 10}, "invalid"),
        ({"mode": "draw", "draw_in_s": 0}, "invalid"),
        ({"condition": needs(watched_s=-1)}, "invalid"),
        ({"condition": needs(watched_s=3_601)}, "invalid"),
        ({"condition": needs(phrase=" ")}, "invalid"),
        ({"condition": needs(phrase="x" * 41)}, "invalid"),
        ({"show": ENDED_SHOW}, "show_ended"),
        ({"show": ShowId("nothing")}, "not_found"),
        ({"show": ShowId("\ud800")}, "not_found"),
        ({"key": "\n"}, "invalid"),
    ],
)
async def test_a_packet_that_cannot_be_is_refused_by_name(rig: PacketShop, changed: Any, code: str) -> None:
    with pytest.raises((ConflictError, NotFoundError, InvalidError)) as refusal:
        await rig.send(**changed)
    assert refusal.value.code == code
    assert await rig.balance(MEI) == FUNDS


async def test_two_thousand_shares_of_one_unit_each_are_a_packet(rig: PacketShop) -> None:
    packet = await rig.send(shares=2_000, total_minor=2_000)
    assert (await rig.claim(rig.shop.buyers[0], packet))["amount"]["amount_minor"] == 1


async def test_only_the_host_sends_unless_the_show_lets_everybody(rig: PacketShop) -> None:
    ana = rig.shop.buyers[0]
    await rig.shop.top_up(ana, 500)
    for show in (SHOW, ENDED_SHOW):
        with pytest.raises(ForbiddenError):
            await rig.send(ana, total_minor=500, show=show)
    with pytest.raises(ForbiddenError):
        await rig.packets.rules(ana, SHOW, anybody=True)
    assert await rig.packets.rules(MEI, SHOW, anybody=True) == {"senders": "everyone"}
    packet = await rig.send(ana, total_minor=500)
    assert packet["sender"]["id"] == ana.id
    assert await rig.packets.rules(MEI, SHOW, anybody=False) == {"senders": "host"}
    with pytest.raises(ForbiddenError):
        await rig.send(ana, total_minor=1)


async def test_sending_twice_with_one_key_is_one_packet(rig: PacketShop) -> None:
    first = await rig.send(key="k")
    assert await rig.send(key="k") == first
    with pytest.raises(ConflictError) as refusal:
        await rig.send(key="k", shares=4)
    assert refusal.value.code == "key_reused"
    with pytest.raises(InvalidError) as missing:
        await rig.packets.open(MEI, None, SHOW, PacketRequest(total_minor=1, shares=1, kind="lucky"))
    assert missing.value.code == "key_required"
    assert await rig.balance(MEI) == FUNDS - 1_000


async def test_nobody_claims_a_packet_of_his_own_or_one_that_is_not_there(rig: PacketShop) -> None:
    packet = await rig.send(shares=1)
    with pytest.raises(ForbiddenError) as own:
        await rig.claim(MEI, packet)
    assert own.value.code == "own_packet"
    await rig.claim(rig.shop.buyers[0], packet)
    await rig.claim(rig.shop.buyers[1], packet)
    with pytest.raises(ForbiddenError):
        await rig.claim(MEI, packet)
    for missing in ("nothing", "\0", ""):
        with pytest.raises(NotFoundError):
            await rig.packets.claim(MEI, PacketId(missing))
        with pytest.raises(NotFoundError):
            await rig.packets.get(None, PacketId(missing), Page(1))
        with pytest.raises(NotFoundError):
            await rig.packets.proof(None, PacketId(missing))


@pytest.mark.parametrize("nonce", ["", "a b", "x" * 65, "ü", "\n"])
async def test_a_nonce_is_one_word(rig: PacketShop, nonce: str) -> None:
    packet = await rig.send(mode="draw")
    with pytest.raises(InvalidError):
        await rig.claim(rig.shop.buyers[0], packet, nonce=nonce)


@pytest.mark.parametrize("currency", ["JPY", "CNY", "KWD"])
@pytest.mark.parametrize("mode", ["draw", "speed"])
async def test_a_packet_of_any_currency_adds_up(rig: PacketShop, currency: str, mode: str) -> None:
    await rig.fund(10_001, currency=currency)
    packet = await rig.send(total_minor=10_001, shares=6, mode=mode, currency=currency)
    before = [await rig.balance(buyer, currency) for buyer in rig.shop.buyers]
    await asyncio.gather(*(rig.claim(buyer, packet) for buyer in rig.shop.buyers))
    await rig.later(DRAW_MS)
    after = [await rig.balance(buyer, currency) for buyer in rig.shop.buyers]
    assert sum(after) - sum(before) == 10_001
    assert all(now > then for now, then in zip(after, before, strict=True))


async def test_the_packets_of_a_show_for_members_are_shown_to_members(rig: PacketShop) -> None:
    packet = await rig.send()
    async with rig.shop.database.write() as connection:
        await connection.execute(update(shows).values(viewers_policy="members"))
    for look in (rig.get, rig.proof):
        with pytest.raises(UnauthenticatedError):
            await look(packet)
        assert await look(packet, rig.shop.buyers[0])


async def test_a_full_wallet_keeps_nobody_else_waiting(rig: PacketShop) -> None:
    """The books are bent so that one entrant has no room, and neither has the sender."""
    ana, lin = rig.shop.buyers[:2]
    packet = await rig.send(mode="draw", total_minor=1_000, shares=3)
    await rig.claim(ana, packet)
    await rig.claim(lin, packet)
    await _fill(rig, ana)
    await _fill(rig, MEI)
    await rig.later(DRAW_MS)
    row = await rig.row(packet)
    assert (row.state, row.claimed) == ("drawn", 2)
    assert (await rig.claim(ana, packet))["state"] == "won"
    assert await rig.balance(lin) > 0


async def _fill(rig: PacketShop, person: Person) -> None:
    """The largest balance there may be, come from outside."""
    amount = Money(MAX_MINOR - await rig.balance(person), "CNY")
    await rig.shop.committer.submit(TopUp(request=None, topup=f"fill-{person.id}", person=person.id, amount=amount))
