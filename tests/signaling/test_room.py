"""The room from end to end: two codecs, real SQL and Redis, as viewers meet it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import show_figures
from livecart.domain.events import ShowEvent
from livecart.domain.ids import EventId, PersonId
from livecart.services.chat_staff import ChatStaff
from signaling.dispatch import Dispatch
from signaling.errors import CloseCode
from signaling.websocket import ANSWER_WITHIN_MS
from tests.support.redis_server import RedisServer
from tests.support.room import JSON, MEI, MSGPACK, RoomRig, open_room
from tests.support.shop import ENDED_SHOW, PRODUCT, SHOW, VARIANT

pytestmark = pytest.mark.real


@pytest.fixture
async def room(sqlite: Database, redis_server: RedisServer) -> AsyncIterator[RoomRig]:
    async with open_room(sqlite, redis_server.url) as rig:
        yield rig


async def test_two_people_chat_both_ways_over_both_subprotocols(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana, MSGPACK)
    lin, _ = await room.joined(room.lin, JSON)
    said = (await ana.ask("chat.send", text="你好 Lin 🌷"))["message"]
    answered = (await lin.ask("chat.send", text="hello"))["message"]
    for peer in (ana, lin):
        events = await peer.numbered(2)
        assert [[event[0], event[1], event[2]] for event in events] == [[1, "chat", said], [2, "chat", answered]]
    assert said["author"] == {"id": room.ana.id, "display_name": "Ana", "role": "viewer"}


async def test_a_join_answers_the_whole_room(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    message = (await ana.ask("chat.send", text="first"))["message"]
    _, answer = await room.joined(MEI)
    assert answer["seq"] == 1
    assert answer["chat"] == [message]
    assert answer["show"]["id"] == SHOW
    assert answer["bag"]["products"][0]["id"] == PRODUCT
    assert answer["stage"] == {"slots": [], "version": 0, "who": "everyone"}
    assert (answer["packets"], answer["now_ms"]) == ([], room.clock.ms)
    assert answer["you"]["host"] is True
    assert answer["you"]["user"]["handle"] == "mei"
    assert "host_show" in answer["you"]["permissions"]
    assert "gap" not in answer


async def test_a_request_that_takes_too_long_is_answered_and_the_next_one_is_served(
    room: RoomRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep finds it, by the clock of the shop."""
    ana, _ = await room.joined(room.ana)
    asked = asyncio.Event()

    async def stands_still(_dispatch: object, _member: object, _body: object) -> None:
        asked.set()
        await asyncio.Event().wait()

    with monkeypatch.context() as patch:
        patch.setattr(Dispatch, "run", stands_still)
        answer = asyncio.create_task(ana.refused("ping"))
        await asked.wait()
        room.clock.ms += ANSWER_WITHIN_MS
        refused = await answer
    assert (refused["code"], refused["retryable"]) == ("unavailable", True)
    assert await ana.ask("ping") == {"now_ms": room.clock.ms}


async def test_what_the_answer_to_a_join_holds_is_not_sent_again(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    peers = []
    for number in range(8):
        sending = asyncio.create_task(ana.ask("chat.send", text=f"line {number}", key=f"k{number}"))
        peers.append(await room.joined())
        await sending
    await ana.ask("chat.send", text="last", key="last")
    for peer, answer in peers:
        known = answer["seq"]
        events = await peer.numbered(9 - known)
        assert [event[0] for event in events] == list(range(known + 1, 10))
        lines = [line["text"] for line in answer["chat"]] + [event[2]["text"] for event in events]
        assert lines == [f"line {number}" for number in range(8)] + ["last"]


async def test_a_resume_brings_exactly_what_was_missed(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    lin, answer = await room.joined(room.lin)
    await ana.ask("chat.send", text="heard")
    (heard,) = await lin.numbered(1)
    await lin.ws.close()
    for number in range(3):
        await ana.ask("chat.send", text=f"missed {number}")
    back = await room.connect(room.lin, JSON)
    resumed = await back.ask("show.join", show=SHOW, epoch=answer["epoch"], after=heard[0])
    assert set(resumed) == {"epoch", "seq", "events"}
    assert [(event[0], event[2]["text"]) for event in resumed["events"]] == [
        (2, "missed 0"),
        (3, "missed 1"),
        (4, "missed 2"),
    ]
    await ana.ask("chat.send", text="after")
    assert [event[0] for event in await back.numbered(1)] == [5]


async def test_whoever_comes_back_is_told_what_he_alone_was_told_meanwhile(room: RoomRig) -> None:
    lin, answer = await room.joined(room.lin)
    await lin.ws.close()
    told = ShowEvent(EventId("w1"), None, "wallet", {"balances": []}, 5, PersonId(answer["you"]["user"]["id"]))
    await room.log.tell([told])
    place = {"epoch": answer["epoch"], "after": answer["seq"]}
    for who, mine in ((room.lin, [[None, "wallet", {"balances": []}, 5]]), (room.ana, None), (None, None)):
        for after in (place["after"], place["after"] + 50):  # the second one is gone: a snapshot says the same
            back = await room.connect(who, JSON)
            resumed = await back.ask("show.join", show=SHOW, epoch=place["epoch"], after=after)
            assert resumed.get("mine") == mine


@pytest.mark.parametrize("position", [("another", 1), (None, 99)])
async def test_a_place_that_is_gone_is_answered_with_a_marked_snapshot(room: RoomRig, position: Any) -> None:
    ana, answer = await room.joined(room.ana)
    await ana.ask("chat.send", text="kept")
    back = await room.connect(room.lin)
    fresh = await back.ask("show.join", show=SHOW, epoch=position[0] or answer["epoch"], after=position[1])
    assert fresh["gap"] is True
    assert fresh["seq"] == 1
    assert [line["text"] for line in fresh["chat"]] == ["kept"]


async def test_guests_read_and_watch_but_do_not_write(room: RoomRig) -> None:
    guest, answer = await room.joined()
    assert answer["you"] == {
        "user": None,
        "guest": True,
        "permissions": [],
        "host": False,
        "duties": [],
        "muted": None,
        "call": None,
    }
    for op, d in (
        ("chat.send", {"text": "hi"}),
        ("like", {"count": 1}),
        ("product.show", {"product": None}),
        ("order.place", {"variant": VARIANT, "quantity": 1, "key": "k"}),
    ):
        assert (await guest.refused(op, **d))["code"] == "unauthenticated"
    ana, _ = await room.joined(room.ana)
    await ana.ask("chat.send", text="for everybody")
    assert (await guest.numbered(1))[0][2]["text"] == "for everybody"


async def test_the_same_key_is_the_same_message(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    first = await ana.ask("chat.send", text="once", key="k1")
    assert await ana.ask("chat.send", text="once", key="k1") == first
    assert await ana.ask("chat.send", text="other words", key="k1") == first
    await ana.ask("chat.send", text="end", key="k2")
    assert [event[2]["text"] for event in await ana.numbered(2)] == ["once", "end"]


async def test_the_same_text_within_ten_seconds_is_a_duplicate(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    await ana.ask("chat.send", text="spam")
    assert (await ana.refused("chat.send", text=" spam "))["code"] == "duplicate"
    room.clock.ms += 10_000
    await ana.ask("chat.send", text="spam")


@pytest.mark.parametrize("text", ["", "   ", "x" * 201, "a" + "\u0301" * 5_000, "y" * 9_000])
async def test_a_text_of_the_wrong_length_is_refused(room: RoomRig, text: str) -> None:
    ana, _ = await room.joined(room.ana)
    assert (await ana.refused("chat.send", text=text))["code"] == "invalid"


async def test_two_hundred_emoji_are_two_hundred_characters(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    family = "👩\u200d👩\u200d👧"
    assert (await ana.ask("chat.send", text=family * 200))["message"]["text"] == family * 200


async def test_what_reorders_a_line_and_lone_surrogates_are_taken_out(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana, JSON)
    sent = await ana.ask("chat.send", text="a\u202ebc\ud800d")
    assert sent["message"]["text"] == "abcd"
    assert (await ana.refused("chat.send", text="a\x00b"))["errors"] == {"text": "no control characters"}


async def test_the_host_shows_a_product_and_a_viewer_buys_it(room: RoomRig) -> None:
    host, _ = await room.joined(MEI)
    ana, _ = await room.joined(room.ana)
    assert (await host.ask("product.show", product=PRODUCT))["show"]["showing"] == PRODUCT
    assert (await ana.refused("product.show", product=PRODUCT))["code"] == "forbidden"
    order = (await ana.ask("order.place", variant=VARIANT, quantity=2, key="k"))["order"]
    assert order["state"] == "reserved"
    assert (await ana.ask("order.place", variant=VARIANT, quantity=2, key="k"))["order"] == order
    assert (await ana.refused("order.place", variant=VARIANT, quantity=99, key="l"))["code"] == "sold_out"


async def test_nobody_writes_in_a_show_that_ended_but_it_can_be_read(room: RoomRig) -> None:
    ana = await room.connect(room.ana)
    await ana.ask("show.join", show=ENDED_SHOW)
    assert (await ana.refused("chat.send", text="late"))["code"] == "show_ended"


async def test_viewers_are_counted_once_per_person_and_guests_by_socket(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    await room.joined(room.ana)
    await room.joined()
    guest, _ = await room.joined()
    await ana.until(lambda events: [None, "viewers", {"count": 3}] in [event[:3] for event in events])
    await guest.ws.close()
    await ana.until(lambda events: events[-1][:3] == [None, "viewers", {"count": 2}])


async def test_likes_are_added_up(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    lin, _ = await room.joined(room.lin)
    await ana.ask("like", count=20)
    await ana.ask("like", count=5)
    await lin.ask("like", count=7)

    def told(events: list[list[Any]]) -> bool:
        return bool(sum(event[2]["count"] for event in events if event[1] == "likes") == 32)

    await lin.until(told)
    for _ in range(2):
        await ana.send("like", count=50)
    codes = [(await ana.reply()).get("err", {}).get("code") for _ in range(2)]
    assert codes == [None, "rate_limited"]


async def test_arrivals_are_told_once_a_second_and_a_reload_is_none(room: RoomRig) -> None:
    host, _ = await room.joined(MEI)
    ana, _ = await room.joined(room.ana)
    await room.joined()
    await host.until(lambda events: [None, "notice", joined(1, "Ana")] in [event[:3] for event in events])
    await ana.ws.close()
    await room.joined(room.ana)
    back = await room.connect(room.shop.buyers[2])
    await back.ask("show.join", show=SHOW, epoch="0000", after=0)
    await room.joined(room.lin)
    await host.until(lambda events: [event[1] for event in events].count("notice") == 2)
    assert [event[2] for event in host.events if event[1] == "notice"] == [joined(1, "Ana"), joined(1, "Ana")]


def joined(count: int, *names: str) -> dict[str, Any]:
    return {"kind": "joined", "count": count, "names": list(names)}


async def test_figures_are_kept_when_the_process_ends(room: RoomRig) -> None:
    ana, answer = await room.joined(room.ana)
    assert answer["likes"] == 0
    await room.joined()
    await ana.ask("like", count=7)
    await ana.until(lambda events: [None, "viewers", {"count": 2}] in [event[:3] for event in events])
    await ana.until(lambda events: [None, "likes", {"count": 7}] in [event[:3] for event in events])
    await room.signaling.close()
    assert [row[1:] for row in await room.shop.rows(show_figures)] == [(2, 2, 7)]


async def test_news_for_a_person_reaches_all_his_sockets_and_nobody_else(room: RoomRig) -> None:
    first, _ = await room.joined(room.ana)
    second = await room.connect(room.ana, JSON)
    lin, _ = await room.joined(room.lin)
    await room.log.announce(ShowEvent(EventId("w"), None, "wallet", {"balances": []}, 5, room.ana.id))
    for peer in (first, second):
        await peer.until(lambda events: [None, "wallet", {"balances": []}, 5] in events)
    await lin.ask("chat.send", text="mine")
    assert "wallet" not in [event[1] for event in await lin.numbered(1)]


async def test_after_leaving_nothing_comes_and_another_join_works(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    lin, _ = await room.joined(room.lin)
    assert await lin.ask("show.leave") == {}
    await ana.ask("chat.send", text="not for lin")
    assert (await lin.ask("show.join", show=SHOW))["seq"] == 1
    await ana.ask("chat.send", text="for lin")
    assert [event[0] for event in await lin.numbered(1)] == [2]


async def test_a_room_survives_the_loss_of_redis(room: RoomRig, redis_server: RedisServer) -> None:
    ana, answer = await room.joined(room.ana)
    await ana.ask("chat.send", text="before")
    redis_server.stop()
    kept = (await ana.ask("chat.send", text="kept in SQL", key="k"))["message"]
    redis_server.start()
    assert await ana.closed() == CloseCode.LOG_LOST
    back = await room.connect(room.ana)
    fresh = await back.ask("show.join", show=SHOW, epoch=answer["epoch"], after=1)
    assert fresh["gap"] is True
    # Nobody has seen to it yet that they are told in this log: what is not in the snapshot is still to come.
    assert fresh["chat"] == []
    assert (await back.ask("chat.send", text="kept in SQL", key="k"))["message"] == kept
    assert (await back.ask("chat.send", text="after"))["message"]["text"] == "after"
    numbered = [(event[0], event[2]["text"]) for event in await back.numbered(3)]
    assert numbered == [(1, "before"), (2, "kept in SQL"), (3, "after")]
    _, answer = await room.joined(room.lin)
    assert [line["text"] for line in answer["chat"]] == ["before", "kept in SQL", "after"]


async def test_slow_mode_refuses_while_nobody_can_say_whose_turn_it_is(
    room: RoomRig, redis_server: RedisServer
) -> None:
    ana, _ = await room.joined(room.ana)
    await ChatStaff(room.shop.store, room.clock).change(MEI, SHOW, slow_s=30)
    redis_server.stop()
    lost = await ana.refused("chat.send", text="hello", key="k")
    assert (lost["code"], lost["retryable"]) == ("unavailable", True)
    redis_server.start()
    assert await ana.closed() == CloseCode.LOG_LOST
    back, fresh = await room.joined(room.ana)
    assert fresh["chat"] == []
    assert (await back.ask("chat.send", text="hello", key="k"))["message"]["text"] == "hello"


async def test_closing_tells_everybody_to_reconnect(room: RoomRig) -> None:
    peers = [(await room.joined())[0] for _ in range(5)]
    closing = asyncio.create_task(room.signaling.close(0.2))
    assert {await peer.closed() for peer in peers} == {CloseCode.DRAINING}
    assert all(re.search(r"; retry_after_ms=\d+$", peer.reason) for peer in peers), [peer.reason for peer in peers]
    await closing
    assert room.signaling.sockets == 0
