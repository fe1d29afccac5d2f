from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgpack
import pytest

from livecart.domain.errors import UnavailableError
from livecart.domain.events import DESK_NEWS, LogPosition, NumberedEvent, ShowEvent
from livecart.domain.figures import Attendance
from livecart.domain.ids import EventId, PersonId, ShowId
from livecart.domain.people import Person, Role
from livecart.services.ports import NewsListener
from signaling.audience import CHUNK
from signaling.batch import Batch
from signaling.codec import JSON, MSGPACK, Codec
from signaling.errors import CloseCode
from signaling.hub import HELD_MAX, NOWHERE, Hub
from signaling.lanes import Lane
from signaling.messages import WireEvent
from signaling.outbox import CLOSE_BYTES, NO_CHAT_BYTES, Outbox
from signaling.ports import VIEWER, Part

SHOW = ShowId("s")


class Socket:
    """A hub member that keeps what it is sent. `full` is what its transport has not got rid of."""

    def __init__(self, codec: Codec = MSGPACK, person: Person | None = None) -> None:
        self.codec = codec
        self.person = person
        self.outbox = Outbox()
        self.floor = NOWHERE
        self.exempt = False
        self.guest = "g"
        self.address = "203.0.113.7"
        self.part = VIEWER
        self.full = 0
        self.frames: list[bytes] = []
        self.ended: CloseCode | None = None

    def write(self, frame: bytes) -> None:
        self.frames.append(frame)

    def buffered(self) -> int:
        return self.full

    def end(self, code: CloseCode) -> None:
        self.ended = code

    def events(self) -> list[Any]:
        return [event[:3] for frame in self.frames for event in payload(frame)["ev"]]

    def seqs(self) -> list[int]:
        return [event[0] for event in self.events() if event[0] is not None]


class FakeNews:
    """Subscriptions without Redis; `fail` makes the next one fail."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.fail = False
        self.position = LogPosition("e", 0)

    async def start(self, listener: NewsListener) -> None:
        return None

    async def follow(self, show: ShowId) -> LogPosition:
        self.calls.append(f"+{show}")
        await asyncio.sleep(0)
        if self.fail:
            raise UnavailableError("away")
        return self.position

    async def unfollow(self, show: ShowId) -> None:
        self.calls.append(f"-{show}")
        await asyncio.sleep(0)

    async def close(self) -> None:
        return None


def payload(frame: bytes) -> Any:
    start = {126: 4, 127: 10}.get(frame[1], 2)
    return msgpack.unpackb(frame[start:])


def told(seq: int | None, kind: str = "chat", person: str | None = None, epoch: str = "e") -> Any:
    event = ShowEvent(EventId("x"), SHOW, kind, {"n": seq}, 1, None if person is None else PersonId(person))
    return event if seq is None else NumberedEvent(LogPosition(epoch, seq), event)


@pytest.fixture
def news() -> FakeNews:
    return FakeNews()


@pytest.fixture
def hub(news: FakeNews) -> Hub:
    return Hub(news, lambda: 0)


async def come_in(hub: Hub, socket: Socket, floor: int = 0, epoch: str = "e") -> Socket:
    hub.connect(socket)
    await hub.enter(socket, SHOW)
    hub.admit(socket, LogPosition(epoch, floor))
    return socket


async def settle(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not done():  # noqa: ASYNC110 -- the hub has nothing to wait on, and needs nothing for its users
            await asyncio.sleep(0)


async def test_everybody_gets_the_very_same_bytes_once_encoded(hub: Hub) -> None:
    sockets = [await come_in(hub, Socket()) for _ in range(CHUNK + 5)]
    other = await come_in(hub, Socket(JSON))
    hub.numbered(told(1))
    await settle(lambda: bool(other.frames))
    assert len({id(socket.frames[0]) for socket in sockets}) == 1
    assert other.frames[0] != sockets[0].frames[0]
    await hub.close()


async def test_events_of_one_tick_travel_in_one_frame(hub: Hub) -> None:
    socket = await come_in(hub, Socket())
    for seq in range(1, 6):
        hub.numbered(told(seq))
    await settle(lambda: bool(socket.frames))
    assert len(socket.frames) == 1
    assert socket.seqs() == [1, 2, 3, 4, 5]
    await hub.close()


async def test_one_subscription_per_show_and_none_when_the_last_has_left(hub: Hub, news: FakeNews) -> None:
    sockets = [Socket() for _ in range(3)]
    await asyncio.gather(*(come_in(hub, socket) for socket in sockets))
    assert news.calls == ["+s"]
    for socket in sockets:
        await hub.disconnect(socket)
        await hub.disconnect(socket)
    assert news.calls == ["+s", "-s"]
    assert not hub.is_open(SHOW)


async def test_coming_while_the_last_one_leaves_subscribes_again(hub: Hub, news: FakeNews) -> None:
    first, second = await come_in(hub, Socket()), Socket()
    await asyncio.gather(hub.leave(first), come_in(hub, second))
    hub.numbered(told(1))
    await settle(lambda: second.seqs() == [1])
    assert news.calls == ["+s", "-s", "+s"]
    await hub.close()


async def test_a_room_that_cannot_be_followed_is_left_clean(hub: Hub, news: FakeNews) -> None:
    news.fail = True
    sockets = [Socket(), Socket()]
    results = await asyncio.gather(*(hub.enter(socket, SHOW) for socket in sockets), return_exceptions=True)
    assert all(isinstance(result, UnavailableError) for result in results)
    assert not hub.is_open(SHOW)
    news.fail = False
    await come_in(hub, sockets[0])
    await hub.close()


async def test_what_comes_during_a_join_is_held_back_and_what_it_answered_is_not_sent(hub: Hub) -> None:
    early = await come_in(hub, Socket())
    late = Socket()
    await hub.enter(late, SHOW)
    for seq in (1, 2):
        hub.numbered(told(seq))
    await settle(lambda: early.seqs() == [1, 2])
    hub.numbered(told(3))
    await settle(lambda: early.seqs() == [1, 2, 3])
    assert late.frames == []
    hub.admit(late, LogPosition("e", 2))
    assert late.seqs() == [3]
    hub.numbered(told(2))
    hub.numbered(told(4))
    await settle(lambda: late.seqs() == [3, 4])
    await hub.close()


async def test_a_join_that_is_never_answered_holds_a_bounded_amount(hub: Hub) -> None:
    stuck, quick = Socket(), await come_in(hub, Socket())
    await hub.enter(stuck, SHOW)
    hub._homes[SHOW].audience.wait_s = 0
    for seq in range(1, HELD_MAX + 2):
        assert stuck.ended is None
        hub.numbered(told(seq))
        await settle(lambda seq=seq: quick.seqs()[-1:] == [seq])  # type: ignore[misc]
    assert stuck.ended is CloseCode.SLOW
    await hub.close()


async def test_a_slow_socket_skips_chat_is_told_so_and_keeps_the_hosts_news(hub: Hub) -> None:
    slow, quick = await come_in(hub, Socket()), await come_in(hub, Socket())
    slow.full = NO_CHAT_BYTES
    for seq, kind in ((1, "chat"), (2, "chat"), (3, "bag"), (4, "chat")):
        hub.numbered(told(seq, kind))
        await settle(lambda seq=seq: quick.seqs()[-1:] == [seq])  # type: ignore[misc]
    assert slow.events() == [[None, "skipped", {"from": 1, "to": 2, "count": 2}], [3, "bag", {"n": 3}]]
    slow.full = 0
    hub.numbered(told(5))
    await settle(lambda: slow.seqs() == [3, 5])
    assert slow.events()[2:] == [[None, "skipped", {"from": 4, "to": 4, "count": 1}], [5, "chat", {"n": 5}]]
    await hub.close()


async def test_a_batch_for_a_slow_socket_explains_every_missing_number() -> None:
    batch = Batch([WireEvent(n, kind, {}, 1) for n, kind in enumerate(["chat", "bag", "chat", "chat", "stock"], 1)])
    frame = batch.frame(MSGPACK, Lane.HOST)
    assert frame is not None
    assert [event[:3] for event in payload(frame)["ev"]] == [
        [None, "skipped", {"from": 1, "to": 1, "count": 1}],
        [2, "bag", {}],
        [None, "skipped", {"from": 3, "to": 4, "count": 2}],
        [5, "stock", {}],
    ]


async def test_a_full_socket_is_closed_with_resume_and_the_others_go_on(hub: Hub) -> None:
    full, fine = await come_in(hub, Socket()), await come_in(hub, Socket())
    full.full = CLOSE_BYTES
    hub.numbered(told(1))
    await settle(lambda: fine.seqs() == [1])
    assert full.ended is CloseCode.SLOW
    assert full.frames == []
    await hub.close()


async def test_an_event_that_cannot_be_encoded_costs_only_itself(hub: Hub) -> None:
    socket = await come_in(hub, Socket())
    hub.loose(ShowEvent(EventId("x"), SHOW, "odd", {"value": 2**70}, 1))
    hub.numbered(told(1))
    await settle(lambda: socket.seqs() == [1])
    await hub.close()


async def test_news_for_a_person_goes_to_his_sockets_only(hub: Hub) -> None:
    ana = Person(PersonId("ana"), "ana", "Ana", Role.VIEWER)
    hers, guest = await come_in(hub, Socket(person=ana)), await come_in(hub, Socket())
    elsewhere = Socket(person=ana)
    hub.connect(elsewhere)
    hub.loose(told(None, "wallet", "ana"))
    assert [len(socket.frames) for socket in (hers, elsewhere, guest)] == [1, 1, 0]
    assert hub.attendance() == {SHOW: Attendance(frozenset({ana.id}), 1, frozenset({"g"}))}
    guest.part = Part(hosting=True)
    assert hub.attendance() == {SHOW: Attendance(frozenset({ana.id}))}, "the host is no viewer"
    for socket in (hers, elsewhere, guest):
        await hub.disconnect(socket)
    hub.loose(told(None, "wallet", "ana"))
    assert len(hers.frames) == 1


async def test_a_lost_log_sends_everybody_to_join_again(hub: Hub) -> None:
    sockets = [await come_in(hub, Socket()) for _ in range(3)]
    hub.broken(SHOW, None)
    hub.broken(ShowId("nobody is here"), None)
    await settle(lambda: all(socket.ended is CloseCode.LOG_LOST for socket in sockets))
    await hub.close()


async def test_what_does_not_follow_is_told_to_nobody_who_is_sent_back(hub: Hub) -> None:
    sockets, joining = [await come_in(hub, Socket(), 5) for _ in range(3)], Socket()
    await hub.enter(joining, SHOW)
    hub.broken(SHOW, None)
    assert joining.ended is CloseCode.LOG_LOST, "its answer may be older than what comes next"
    hub.numbered(told(9))
    hub.loose(told(None, "likes"))
    back = await come_in(hub, Socket(), 9)
    hub.numbered(told(10))
    await settle(lambda: back.seqs() == [10])
    for socket in sockets:
        assert socket.events() == [[None, "likes", {"n": None}]]
    await settle(lambda: all(socket.ended is CloseCode.LOG_LOST for socket in sockets))
    await hub.close()


async def test_the_numbers_of_a_new_log_never_reach_who_joined_in_the_old_one(hub: Hub) -> None:
    old = await come_in(hub, Socket(), 5)
    # Joined before this process noticed.
    early = await come_in(hub, Socket(), 1, epoch="f")
    hub.numbered(told(6))
    await settle(lambda: old.seqs() == [6])
    assert early.frames == [], "6 would leave a gap, and is part of its snapshot"
    joining = Socket()
    await hub.enter(joining, SHOW)
    hub.numbered(told(7))
    hub.broken(SHOW, "f")
    for seq in range(1, 9):
        hub.numbered(told(seq, epoch="f"))
    hub.loose(told(None, "likes"))
    await settle(lambda: len(early.events()) == 8)
    assert early.seqs() == list(range(2, 9))
    assert old.events()[1:] == [[None, "likes", {"n": None}]]
    await settle(lambda: old.ended is CloseCode.LOG_LOST and joining.ended is CloseCode.LOG_LOST)
    assert early.ended is None
    late = await come_in(hub, Socket(), 8, epoch="f")
    hub.numbered(told(9, epoch="f"))
    await settle(lambda: late.seqs() == [9] and early.seqs()[-1] == 9)
    await hub.close()


async def test_a_room_is_told_when_news_stays_away_and_when_it_is_back(hub: Hub) -> None:
    socket = await come_in(hub, Socket())
    hub.hears(hears=False)
    await settle(lambda: bool(socket.frames))
    hub.hears(hears=True)
    await settle(lambda: len(socket.events()) == 2)
    told_so = [event[2]["kind"] for event in socket.events() if event[1] == "notice"]
    assert told_so == ["delayed", "restored"]
    await hub.close()


async def test_when_the_bus_has_missed_something_people_come_back_for_what_they_alone_were_told_and_guests_stay(
    hub: Hub,
) -> None:
    ana = Socket(person=Person(PersonId("ana"), "ana", "Ana", Role.VIEWER))
    hub.connect(ana)
    guest = await come_in(hub, Socket())
    await come_in(hub, ana)
    hub.missed()
    await settle(lambda: ana.ended is CloseCode.LOG_LOST)
    assert guest.ended is None
    await hub.close()


async def test_a_socket_that_was_slow_is_one_of_the_others_again(hub: Hub) -> None:
    slow, quick = await come_in(hub, Socket()), await come_in(hub, Socket())
    (chunk,) = hub._homes[SHOW].audience.chunks
    for seq, full, plain in ((1, 0, True), (2, NO_CHAT_BYTES, False), (3, 0, True)):
        slow.full = full
        hub.numbered(told(seq))
        await settle(lambda seq=seq: quick.seqs()[-1:] == [seq])  # type: ignore[misc]
        assert (slow in chunk.plain) is plain
    assert slow.seqs() == [1, 3]
    assert slow.events()[1][1] == "skipped"
    await hub.close()


async def test_who_waits_for_no_number_is_one_of_the_others_though_nobody_chats(hub: Hub, news: FakeNews) -> None:
    news.position = LogPosition("e", 5)
    here = [await come_in(hub, Socket(), floor=floor) for floor in (3, 5)]
    ahead, elsewhere = await come_in(hub, Socket(), floor=7), await come_in(hub, Socket(), floor=5, epoch="f")
    hub.loose(told(None, "stock"))
    await settle(lambda: bool(elsewhere.frames))
    assert set(hub._homes[SHOW].audience.chunks[0].plain) == set(here)
    for seq in (7, 8):
        hub.numbered(told(seq))
    await settle(lambda: here[0].seqs() == [7, 8])
    assert (ahead.seqs(), elsewhere.seqs()) == ([8], [])
    assert set(hub._homes[SHOW].audience.chunks[0].plain) == {*here, ahead}
    await hub.close()


async def test_sockets_of_both_subprotocols_side_by_side_each_get_their_own(hub: Hub) -> None:
    sockets = [await come_in(hub, Socket(codec)) for codec in (MSGPACK, JSON, JSON, MSGPACK)]
    for seq in (1, 2):
        hub.numbered(told(seq))
        await settle(lambda seq=seq: all(len(socket.frames) == seq for socket in sockets))  # type: ignore[misc]
    assert [frame[0] for socket in sockets for frame in socket.frames] == [0x82, 0x82, *[0x81] * 4, 0x82, 0x82]
    await hub.close()


async def test_the_wait_grows_with_the_sockets_and_with_what_writing_takes() -> None:
    hub = Hub(FakeNews(), lambda: 0)
    assert hub._wait_s(0, 20) == 0
    assert hub._wait_s(0.01, 20) == 0.02
    assert hub._wait_s(5, 20) == 0.2
    for sockets, calm_s, flooded_s in ((550, 0.05, 0.08), (1_650, 0.09, 0.144), (3_300, 0.15, 0.2)):
        while len(hub._seats) < sockets:
            await hub.enter(Socket(), SHOW)
        assert hub._wait_s(0, 20) == pytest.approx(calm_s)
        assert hub._wait_s(0, 100) == pytest.approx(flooded_s)
    await hub.close()


def test_desk_news_goes_to_desks_alone_and_a_silence_of_the_bus_is_told_to_them() -> None:
    hub = Hub(FakeNews(), lambda: 0)
    mo = Person(PersonId("mo"), "mo", "Mo", Role.MODERATOR)
    desk, other = Socket(person=mo), Socket(person=mo)
    for socket in (desk, other):
        hub.connect(socket)
    hub.sit_down(desk)
    data = {"about": "topic", "id": "t", "state": "approved", "by": "mo"}
    hub.loose(ShowEvent(EventId("e"), None, DESK_NEWS, data, 0, mo.id))
    hub.hears(hears=False)
    hub.hears(hears=True)
    assert [event[1] for event in desk.events()] == [DESK_NEWS, "notice", "notice"]
    assert [event[2]["kind"] for event in desk.events()[1:]] == ["delayed", "restored"]
    assert other.events() == []
    hub.stand_up(desk)
    hub.loose(ShowEvent(EventId("f"), None, DESK_NEWS, data, 0, mo.id))
    assert len(desk.events()) == 3
