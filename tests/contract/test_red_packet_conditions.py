"""What has to be done before a red packet may be claimed, on both engines."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from livecart.adapters.sql.database import Database
from livecart.domain.chat import ChatMessage
from livecart.domain.errors import ConditionMissing
from livecart.domain.ids import MessageId
from livecart.domain.people import Person
from tests.support.packets import MEI, PacketShop, needs, with_packets
from tests.support.shop import SHOW, open_shop


@pytest.fixture
async def rig(database: Database) -> AsyncIterator[PacketShop]:
    async with open_shop(database) as shop:
        rig = with_packets(shop)
        await rig.fund()
        yield rig
        assert await shop.faults() == {}


async def test_a_refused_claim_says_what_is_missing_and_how_much(rig: PacketShop) -> None:
    ana = rig.shop.buyers[0]
    packet = await rig.send(condition=needs(follow=True, phrase="Happy New Year", watched_s=60, bought=True))
    rig.watching.ms[ana.id] = 17_500
    with pytest.raises(ConditionMissing) as refusal:
        await rig.claim(ana, packet)
    assert refusal.value.fields == {
        "follow": "follow Mei",
        "watched_s": "watch 43 s longer",
        "phrase": "say “Happy New Year” in the chat",
        "bought": "buy something in this show",
    }
    async with rig.shop.store.write() as tx:
        await tx.follows.add(ana.id, MEI.id, rig.shop.clock.ms)
    rig.watching.ms[ana.id] = 60_000
    await _say(rig, ana, "so HAPPY  new year to all", rig.shop.clock.ms)
    await rig.shop.top_up(ana, 10_000)
    await rig.shop.pay(ana, await rig.shop.place(ana))
    first = await rig.claim(ana, packet)
    assert first["state"] == "won"
    # What was won stays won, whatever its owner does afterwards.
    async with rig.shop.store.write() as tx:
        await tx.follows.remove(ana.id, MEI.id)
    assert await rig.claim(ana, packet) == first


async def test_what_was_said_before_the_packet_or_by_others_does_not_count(rig: PacketShop) -> None:
    ana, lin = rig.shop.buyers[:2]
    await _say(rig, ana, "lucky", rig.shop.clock.ms - 1)
    packet = await rig.send(condition=needs(phrase="lucky"))
    await _say(rig, lin, "lucky", rig.shop.clock.ms)
    with pytest.raises(ConditionMissing):
        await rig.claim(ana, packet)
    assert (await rig.claim(lin, packet))["state"] == "won"


async def _say(rig: PacketShop, person: Person, text: str, at_ms: int) -> None:
    key = rig.shop.key()
    async with rig.shop.store.write() as tx:
        await tx.chat.add_all([ChatMessage(MessageId(f"m-{key}"), SHOW, person.id, key, text, at_ms)])
