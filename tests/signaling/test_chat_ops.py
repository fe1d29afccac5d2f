"""The chat as people use it: deleting, pinning, answering, mentioning; over real SQL and Redis."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import insert, select

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import chat_messages, people
from livecart.domain.chat_rules import Links, Speakers
from livecart.domain.ids import PersonId
from livecart.domain.people import Person, Role
from livecart.services.chat_staff import ChatStaff
from livecart.services.relaying import OutboxRelay
from tests.support.redis_server import RedisServer
from tests.support.room import MEI, Peer, RoomRig, open_room
from tests.support.shop import ENDED_SHOW, PRODUCT, SHOW
from tests.support.wire import typed_event

pytestmark = pytest.mark.real
MO = Person(PersonId("mo"), "mo", "Mo", Role.MODERATOR)


@pytest.fixture
async def room(sqlite: Database, redis_server: RedisServer) -> AsyncIterator[RoomRig]:
    async with open_room(sqlite, redis_server.url) as rig:
        async with sqlite.write() as connection:
            row = {"id": MO.id, "handle": "mo", "display_name": "Mo", "role": "moderator"}
            await connection.execute(insert(people).values(**row, password_hash="", created_at_ms=0))
        yield rig


async def relayed(room: RoomRig) -> None:
    await OutboxRelay(room.shop.store, room.log).run_once()


async def said(peer: Peer, text: str, **more: Any) -> dict[str, Any]:
    message: dict[str, Any] = (await peer.ask("chat.send", text=text, **more))["message"]
    return message


def staff(room: RoomRig) -> ChatStaff:
    return ChatStaff(room.shop.store, room.clock)


async def test_a_deleted_text_is_gone_for_everybody_who_comes_later(room: RoomRig) -> None:
    ana, answer = await room.joined(room.ana)
    slip = await said(ana, "my number is 555")
    await said(ana, "sorry")
    assert await ana.ask("chat.delete", message=slip["id"]) == {"deleted": {"id": slip["id"], "by": "author"}}
    await relayed(room)
    assert (await ana.numbered(3))[2][:3] == [3, "chat.deleted", {"id": slip["id"], "by": "author"}]
    _, fresh = await room.joined(room.lin)
    assert [line["text"] for line in fresh["chat"]] == ["sorry"]
    back = await room.connect(room.lin)
    resumed = await back.ask("show.join", show=SHOW, epoch=answer["epoch"], after=0)
    assert [event[0] for event in resumed["events"]] == [1, 2, 3]
    assert "555" not in str(resumed)
    (row,) = [row for row in await room.shop.rows(chat_messages) if row.id == slip["id"]]
    assert (row.deleted_by, row.deleted_as, row.deleted_at_ms) == (room.ana.id, "author", room.clock.ms)


async def test_hosts_and_moderators_delete_any_time_and_nobody_else(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    first, second = await said(ana, "one"), await said(ana, "two")
    lin, _ = await room.joined(room.lin)
    assert (await lin.refused("chat.delete", message=first["id"]))["code"] == "forbidden"
    room.clock.ms += 60_001
    assert (await ana.refused("chat.delete", message=first["id"]))["code"] == "too_late"
    host, _ = await room.joined(MEI)
    moderator, _ = await room.joined(MO)
    assert (await host.ask("chat.delete", message=first["id"]))["deleted"]["by"] == "host"
    assert (await moderator.ask("chat.delete", message=second["id"]))["deleted"]["by"] == "moderator"


async def test_deleting_twice_answers_the_first_deletion_and_tells_it_once(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    slip = await said(ana, "slip")
    first = await ana.ask("chat.delete", message=slip["id"])
    host, _ = await room.joined(MEI)
    assert await host.ask("chat.delete", message=slip["id"]) == first
    await relayed(room)
    await said(ana, "end")
    assert [event[1] for event in await ana.numbered(3)] == ["chat", "chat.deleted", "chat"]


async def test_a_key_of_a_deleted_message_does_not_bring_it_back(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    slip = await said(ana, "slip", key="k")
    await ana.ask("chat.delete", message=slip["id"])
    assert (await ana.refused("chat.send", text="slip", key="k"))["code"] == "message_deleted"


@pytest.mark.parametrize("op", ["chat.delete", "chat.pin"])
async def test_a_message_of_another_show_is_not_found(room: RoomRig, op: str) -> None:
    ana, _ = await room.joined(room.ana)
    line = await said(ana, "here")
    moderator = await room.connect(MO)
    await moderator.ask("show.join", show=ENDED_SHOW)
    wanted = "not_found" if op == "chat.delete" else "show_ended"
    assert (await moderator.refused(op, message=line["id"]))["code"] == wanted
    other, _ = await room.joined(MO)
    assert (await other.refused(op, message="nowhere"))["code"] == "not_found"


async def test_guests_delete_and_pin_nothing(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    line = await said(ana, "here")
    guest, _ = await room.joined()
    for op in ("chat.delete", "chat.pin"):
        assert (await guest.refused(op, message=line["id"]))["code"] == "unauthenticated"
    assert (await guest.refused("chat.canned", reply="r"))["code"] == "unauthenticated"


async def test_a_flood_of_deletions_is_slowed_down(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    for _ in range(18):
        await ana.send("chat.delete", message="nowhere")
    codes = [(await ana.reply())["err"]["code"] for _ in range(18)]
    assert (codes[0], codes[-1], codes.count("not_found")) == ("not_found", "rate_limited", 15)


async def test_a_pinned_message_is_told_and_stands_in_the_snapshot_until_it_is_deleted(room: RoomRig) -> None:
    ana, answer = await room.joined(room.ana)
    assert answer["pinned"] is None
    rules, line = await said(ana, "Ships today"), await said(ana, "hello")
    assert (await ana.refused("chat.pin", message=rules["id"]))["code"] == "forbidden"
    host, _ = await room.joined(MEI)
    assert (await host.ask("chat.pin", message=rules["id"]))["pinned"] == rules
    assert (await host.ask("chat.pin", message=rules["id"]))["pinned"] == rules
    await relayed(room)
    assert (await ana.numbered(3))[2][1:3] == ["chat.pinned", {"message": rules, "version": 1}]
    _, fresh = await room.joined(room.lin)
    assert fresh["pinned"] == rules
    await host.ask("chat.delete", message=rules["id"])
    assert (await host.refused("chat.pin", message=rules["id"]))["code"] == "message_deleted"
    await relayed(room)
    events = await ana.numbered(5)
    assert [event[1:3] for event in events[3:]] == [
        ["chat.deleted", {"id": rules["id"], "by": "host"}],
        ["chat.pinned", {"message": None, "version": 2}],
    ]
    _, fresh = await room.joined(room.lin)
    assert (fresh["pinned"], [each["text"] for each in fresh["chat"]]) == (None, [line["text"]])


async def test_a_pin_is_taken_down(room: RoomRig) -> None:
    host, _ = await room.joined(MEI)
    line = await said(host, "first")
    await host.ask("chat.pin", message=line["id"])
    assert (await host.ask("chat.pin", message=None))["pinned"] is None
    _, fresh = await room.joined(room.lin)
    assert fresh["pinned"] is None


async def test_a_reply_names_what_it_answers_but_does_not_repeat_it(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    question = await said(ana, "Which is milder?")
    lin, _ = await room.joined(room.lin)
    answer = await said(lin, "The ripe one", reply_to=question["id"])
    assert answer["reply_to"] == {"id": question["id"], "author": {"id": room.ana.id, "display_name": "Ana"}}
    assert (await ana.numbered(2))[1][2] == answer
    _, fresh = await room.joined()
    assert fresh["chat"] == [question, answer]
    await ana.ask("chat.delete", message=question["id"])
    assert (await lin.refused("chat.send", text="again", reply_to=question["id"]))["code"] == "message_deleted"
    assert (await lin.refused("chat.send", text="again", reply_to="nowhere"))["code"] == "not_found"
    _, fresh = await room.joined()
    assert fresh["chat"] == [answer]
    assert "milder" not in str(fresh)


async def test_what_is_told_fits_the_typed_messages(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    host, _ = await room.joined(MEI)
    first = await said(ana, "one")
    line = await said(ana, "@mei", reply_to=first["id"])
    await host.ask("chat.pin", message=line["id"])
    await staff(room).change(MEI, SHOW, slow_s=1)
    await host.ask("chat.delete", message=line["id"])
    await relayed(room)
    await host.until(lambda events: [event[1] for event in events].count("chat.pinned") == 2)
    for event in host.events:
        typed_event(event)
    assert {event[1] for event in host.events} >= {"chat", "chat.deleted", "chat.pinned", "chat.rules"}


async def test_mentions_are_the_people_who_exist(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    line = await said(ana, "@MEI look, @nobody and @mo.", key="k")
    assert line["mentions"] == [
        {"id": "mei", "handle": "mei", "display_name": "Mei"},
        {"id": "mo", "handle": "mo", "display_name": "Mo"},
    ]
    assert await said(ana, "@MEI look, @nobody and @mo.", key="k") == line
    _, fresh = await room.joined()
    assert fresh["chat"] == [line]


async def test_slow_mode_holds_over_sockets_and_spares_the_host(room: RoomRig) -> None:
    ana, answer = await room.joined(room.ana)
    assert answer["chat_rules"] == {
        "version": 0,
        "slow_s": 0,
        "links": "host",
        "who": "everyone",
        "followed_minutes": 0,
    }
    await staff(room).change(MEI, SHOW, slow_s=30)
    await relayed(room)
    (told,) = await ana.numbered(1)
    assert told[1:3] == [
        "chat.rules",
        {"version": 1, "slow_s": 30, "links": "host", "who": "everyone", "followed_minutes": 0},
    ]
    first = await said(ana, "one", key="k1")
    assert await said(ana, "one", key="k1") == first
    second, _ = await room.joined(room.ana)
    refused = await second.refused("chat.send", text="two")
    assert refused["code"] == "slow_mode"
    assert 20_000 < refused["retry_after_ms"] <= 30_000
    host, fresh = await room.joined(MEI)
    assert fresh["chat_rules"]["slow_s"] == 30
    await said(host, "one")
    await said(host, "two")
    await staff(room).change(MO, SHOW, slow_s=0)
    await said(ana, "two")


async def test_what_is_refused_does_not_use_up_the_pause(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    await staff(room).change(MEI, SHOW, slow_s=30)
    assert (await ana.refused("chat.send", text="see www.example.test"))["code"] == "links_not_allowed"
    await said(ana, "no link")


async def test_links_and_a_closed_chat(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    host, _ = await room.joined(MEI)
    await said(host, "https://example.test/tea")
    await staff(room).change(MEI, SHOW, links=Links.EVERYONE)
    await said(ana, "https://example.test/cup")
    await staff(room).change(MEI, SHOW, links=Links.NOBODY, who=Speakers.STAFF)
    assert (await host.refused("chat.send", text="www.example.test"))["code"] == "links_not_allowed"
    assert (await ana.refused("chat.send", text="hello"))["code"] == "chat_closed"
    await said(host, "only me now")


async def test_the_host_says_a_canned_reply_with_what_is_shown(room: RoomRig) -> None:
    host, _ = await room.joined(MEI)
    canned = room.canned
    hello, price = await canned.replace(MEI, ["Welcome!", "{product} is {price}"])
    assert (await host.ask("chat.canned", reply=hello["id"]))["message"]["text"] == "Welcome!"
    assert (await host.refused("chat.canned", reply=price["id"]))["code"] == "nothing_shown"
    await host.ask("product.show", product=PRODUCT)
    told = await host.ask("chat.canned", reply=price["id"], key="k")
    assert told["message"]["text"] == "Lamp is 19.90 CNY"
    assert await host.ask("chat.canned", reply=price["id"], key="k") == told
    assert (await host.refused("chat.canned", reply="nowhere"))["code"] == "not_found"
    ana, _ = await room.joined(room.ana)
    assert (await ana.refused("chat.canned", reply=hello["id"]))["code"] == "forbidden"
    again = await canned.replace(MEI, ["{product} is {price}"])
    assert again == [price]
    async with room.shop.database.read() as connection:
        texts = (await connection.execute(select(chat_messages.c.text).order_by(chat_messages.c.id))).scalars().all()
    assert "Welcome!" in texts


async def test_where_only_followers_write_others_are_told_to_follow(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    await staff(room).change(MEI, SHOW, who=Speakers.FOLLOWERS)
    refused = await ana.refused("chat.send", text="hello")
    assert (refused["code"], refused["retryable"], "retry_after_ms" in refused) == ("followers_only", False, False)
    assert "follow" in refused["message"]
    for person in (MEI, MO):
        peer, _ = await room.joined(person)
        await said(peer, "staff is always heard")
    async with room.shop.store.write() as tx:
        await tx.follows.add(room.ana.id, MEI.id, room.clock.ms)
    await said(ana, "hello")
    _, fresh = await room.joined(room.lin)
    assert (fresh["chat_rules"]["who"], fresh["chat_rules"]["followed_minutes"]) == ("followers", 0)


async def test_followers_of_a_few_minutes_wait_for_the_rest_of_the_time(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    await staff(room).change(MO, SHOW, who=Speakers.FOLLOWERS, followed_minutes=10)
    await relayed(room)
    (told,) = await ana.numbered(1)
    assert (told[1], told[2]["followed_minutes"]) == ("chat.rules", 10)
    async with room.shop.store.write() as tx:
        await tx.follows.add(room.ana.id, MEI.id, room.clock.ms)
    room.clock.ms += 4 * 60_000
    refused = await ana.refused("chat.send", text="hello")
    assert (refused["code"], refused["retry_after_ms"]) == ("followers_only", 6 * 60_000)
    room.clock.ms += 6 * 60_000
    await said(ana, "hello")
