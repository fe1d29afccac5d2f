"""Lines that the filter keeps back: seen by the show's staff alone until one of them has decided."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import insert

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import chat_messages, people
from livecart.adapters.sql.tables_filter import held_lines
from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from livecart.domain.held import WAITING_OF_AUTHOR_MAX
from livecart.domain.ids import MessageId, PersonId
from livecart.domain.people import Person, Role
from livecart.services.relaying import OutboxRelay
from livecart.services.store import Page
from livecart.services.word_lists import Replacing
from tests.support.redis_server import RedisServer
from tests.support.room import JSON, MEI, Peer, RoomRig, open_room
from tests.support.shop import ENDED_SHOW, SHOW
from tests.support.wire import typed_event

pytestmark = pytest.mark.real
MO = Person(PersonId("mo"), "mo", "Mo", Role.MODERATOR)
HELD_TEXT, DENIED_TEXT = "please a\u200bdd my line", "my c a s i n o"


@pytest.fixture
async def room(sqlite: Database, redis_server: RedisServer) -> AsyncIterator[RoomRig]:
    async with open_room(sqlite, redis_server.url) as rig:
        async with sqlite.write() as connection:
            row = {"id": MO.id, "handle": "mo", "display_name": "Mo", "role": "moderator"}
            await connection.execute(insert(people).values(**row, password_hash="", created_at_ms=0))
        await rig.lists.put(MO, "spam", Replacing(b"add my line\ncasino | deny"))
        await rig.words.look()
        await relayed(rig)
        yield rig


async def relayed(room: RoomRig) -> None:
    await OutboxRelay(room.shop.store, room.log).run_once()


async def held(peer: Peer, text: str = HELD_TEXT, **more: Any) -> dict[str, Any]:
    message: dict[str, Any] = (await peer.ask("chat.send", text=text, **more))["message"]
    assert message["held"] is True
    return message


async def waiting(room: RoomRig, person: Person = MEI) -> list[dict[str, Any]]:
    return (await room.held.waiting(person, SHOW, Page(50)))[0]


async def heard(peer: Peer, *types: str) -> list[Any]:
    """The data of the events of these types, which are waited for."""
    wanted = list(types)
    events = await peer.until(lambda seen: all(any(each[1] == name for each in seen) for name in wanted))
    for event in events:
        typed_event(event)
    return [next(each[2] for each in events if each[1] == name) for name in wanted]


async def test_a_held_line_reaches_the_staff_and_nobody_else(room: RoomRig) -> None:
    ana, before = await room.joined(room.ana)
    lin, _ = await room.joined(room.lin)
    guest, _ = await room.joined(None, JSON)
    host, _ = await room.joined(MEI)
    moderator, _ = await room.joined(MO)
    line = await held(ana)
    await relayed(room)
    for peer in (host, moderator):
        (told,) = await heard(peer, "held")
        assert told["message"] == {key: value for key, value in line.items() if key != "held"}
        assert (told["list"], told["entry"]) == ("spam", "add my line")
    # What is said after it comes after it: so they would have got it by now.
    for peer in (lin, guest, ana):
        await lin.ask("chat.send", text=f"hello {id(peer)}")
        assert "held" not in {event[1] for event in await peer.numbered(1)}
        assert HELD_TEXT not in str(peer.events)
    for late in (await room.joined(room.lin), await room.joined()):
        assert HELD_TEXT not in str(late[1])
    back = await room.connect(room.lin)
    resumed = await back.ask("show.join", show=SHOW, epoch=before["epoch"], after=before["seq"])
    assert "my line" not in str(resumed)
    lost = await room.connect(room.lin)
    assert "my line" not in str(await lost.ask("show.join", show=SHOW, epoch="gone", after=0))
    assert {row.text.partition(" ")[0] for row in await room.shop.rows(chat_messages)} == {"hello"}


async def test_a_released_line_goes_to_the_room_with_its_authors_name(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    lin, _ = await room.joined(room.lin)
    host, _ = await room.joined(MEI)
    line = await held(ana)
    await lin.ask("chat.send", text="first")
    room.clock.ms += 60_000
    shown = await room.held.release(MO, SHOW, line["id"])
    await relayed(room)
    said = [event for event in await lin.numbered(2) if event[1] == "chat"]
    assert [(event[0], event[2]["text"]) for event in said] == [(1, "first"), (2, line["text"])]
    assert said[1][2] == shown
    assert (shown["author"]["display_name"], shown["at_ms"], "held" in shown) == ("Ana", room.clock.ms, False)
    (decided,) = await heard(host, "held.decided")
    assert decided == {
        "id": line["id"],
        "state": "released",
        "by": {"id": "mo", "handle": "mo", "display_name": "Mo"},
    }
    (told,) = await heard(ana, "chat.held")
    assert told == {"show": SHOW, "message": line["id"], "state": "released"}
    assert not [event for event in lin.events if event[1] in {"held", "held.decided", "chat.held"}]
    assert await waiting(room) == []
    _, fresh = await room.joined()
    assert [each["text"] for each in fresh["chat"]] == ["first", line["text"]]


async def test_a_refused_line_is_never_told_and_its_author_hears_why_not(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    line = await held(ana, key="k")
    assert await room.held.refuse(MEI, SHOW, line["id"]) == {"id": line["id"], "state": "refused"}
    await relayed(room)
    (told,) = await heard(ana, "chat.held")
    assert told["state"] == "refused"
    assert (await ana.refused("chat.send", text=HELD_TEXT, key="k"))["code"] in {"text_refused", "duplicate"}
    assert await room.shop.rows(chat_messages) == []


async def test_two_who_decide_at_once_are_told_who_was_faster(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    line = MessageId((await held(ana))["id"])
    await room.held.refuse(MO, SHOW, line)
    for decide in (room.held.release, room.held.refuse):
        with pytest.raises(ConflictError, match="Mo has refused") as caught:
            await decide(MEI, SHOW, line)
        assert caught.value.code == "held_decided"
    assert await room.shop.rows(chat_messages) == []


async def test_what_is_denied_names_its_rule_and_no_word(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    refused = await ana.refused("chat.send", text=DENIED_TEXT)
    assert refused["code"] == "text_refused"
    assert len(refused["errors"]["rule"]) == 12
    assert "casino" not in str(refused)
    assert await waiting(room) == await room.shop.rows(chat_messages) == []


async def test_the_same_key_is_the_same_line_held_or_released(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    line = await held(ana, key="k")
    assert await held(ana, key="k") == line
    assert len(await waiting(room)) == 1
    await room.held.release(MEI, SHOW, line["id"])
    again = (await ana.ask("chat.send", text=HELD_TEXT, key="k"))["message"]
    assert (again["id"], "held" in again) == (line["id"], False)
    assert len(await room.shop.rows(chat_messages)) == 1


async def test_what_was_said_before_the_rule_was_made_is_answered_as_it_was(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    first = (await ana.ask("chat.send", text="free tea", key="k"))["message"]
    await room.lists.put(MO, "more", Replacing(b"free tea | deny"))
    await room.words.look()
    assert (await ana.ask("chat.send", text="free tea", key="k"))["message"] == first
    room.clock.ms += 60_000
    assert (await ana.refused("chat.send", text="free tea"))["code"] == "text_refused"


async def test_nobody_fills_the_queue_alone(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    for number in range(WAITING_OF_AUTHOR_MAX):
        await held(ana, f"{HELD_TEXT} {number}")
    refused = await ana.refused("chat.send", text=HELD_TEXT)
    assert (refused["code"], refused["retryable"]) == ("held_full", True)
    lin, _ = await room.joined(room.lin)
    await held(lin)


async def test_saying_it_again_is_a_duplicate_while_it_is_held(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    await held(ana)
    assert (await ana.refused("chat.send", text=HELD_TEXT))["code"] == "duplicate"


async def test_the_staff_is_not_held_back_and_the_host_is_denied_what_moderators_deny(room: RoomRig) -> None:
    host, _ = await room.joined(MEI)
    moderator, _ = await room.joined(MO)
    for peer in (host, moderator):
        assert "held" not in (await peer.ask("chat.send", text=HELD_TEXT))["message"]
    assert (await host.refused("chat.send", text=DENIED_TEXT))["code"] == "text_refused"
    await moderator.ask("chat.send", text=DENIED_TEXT)


async def test_a_shows_own_list_holds_in_that_show_alone(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    await room.lists.put_of_show(MEI, SHOW, Replacing("隔壁直播间".encode()))
    await room.words.look()
    line = await held(ana, "去隔壁直播間買")
    (shown,) = await waiting(room)
    assert (shown["message"]["id"], shown["list"]) == (line["id"], f"show:{SHOW}")
    assert await room.words.find(ENDED_SHOW, "去隔壁直播間買") is None


async def test_only_staff_reads_and_decides(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    line = MessageId((await held(ana))["id"])
    other = Person(PersonId("otto"), "otto", "Otto", Role.CREATOR)
    for stranger in (room.ana, other):
        for ask in (
            room.held.waiting(stranger, SHOW, Page(5)),
            room.held.release(stranger, SHOW, line),
            room.held.refuse(stranger, SHOW, line),
        ):
            with pytest.raises(ForbiddenError):
                await ask
    for show in (ENDED_SHOW, SHOW):
        with pytest.raises((NotFoundError, ConflictError)):
            await room.held.release(MO, show, MessageId("nothing" if show == SHOW else line))
    assert len(await waiting(room)) == 1


async def test_a_queue_has_pages_the_oldest_first(room: RoomRig) -> None:
    for person in (room.ana, room.lin):
        peer, _ = await room.joined(person)
        for number in range(2):
            await held(peer, f"{HELD_TEXT} {number}")
    first, cursor = await room.held.waiting(MO, SHOW, Page(3))
    rest, end = await room.held.waiting(MO, SHOW, Page(3, cursor))
    ids = [each["message"]["id"] for each in [*first, *rest]]
    assert (len(first), len(rest), end) == (3, 1, None)
    assert ids == [row.id for row in sorted(await room.shop.rows(held_lines), key=lambda row: row.id)]


async def test_a_canned_reply_that_is_denied_cannot_be_kept(room: RoomRig) -> None:
    with pytest.raises(InvalidError) as caught:
        await room.canned.replace(MEI, ["fine", "visit our casino"])
    assert caught.value.code == "text_refused"
    assert await room.canned.of(MEI) == []
    await room.canned.replace(MEI, ["add my line"])


async def test_an_answer_and_a_mention_survive_the_wait(room: RoomRig) -> None:
    lin, _ = await room.joined(room.lin)
    question = (await lin.ask("chat.send", text="which one?"))["message"]
    ana, _ = await room.joined(room.ana)
    line = await held(ana, f"{HELD_TEXT} @mei", reply_to=question["id"])
    shown = await room.held.release(MEI, SHOW, line["id"])
    assert shown["reply_to"]["id"] == question["id"]
    assert [person["handle"] for person in shown["mentions"]] == ["mei"]
