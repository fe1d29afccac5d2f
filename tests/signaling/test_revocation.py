"""Whose log-in is over loses his sockets: told at once by news, found by looking again when the news was lost."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pytest

from livecart.adapters.sql.database import Database
from livecart.domain.errors import UnavailableError
from livecart.domain.events import SESSIONS_CHANGED, LogPosition, NumberedEvent, ShowEvent
from livecart.domain.ids import EventId, PersonId, ShowId
from livecart.domain.people import Person, Role
from livecart.domain.sessions import Ending, SignedIn
from signaling.codec import MSGPACK
from signaling.door import Visitor
from signaling.errors import CloseCode
from signaling.revocation import EVERYBODY_MS, HANDSHAKE_MS, Revocation
from tests.support.redis_server import RedisServer
from tests.support.room import open_room

ANA = Person(PersonId("ana"), "ana", "Ana", Role.VIEWER)
LIN = Person(PersonId("lin"), "lin", "Lin", Role.VIEWER)


class Socket:
    def __init__(self, person: Person | None, session: str = "") -> None:
        signed_in = None if person is None else SignedIn(person, session, 10**15)
        self.visitor = Visitor(signed_in, MSGPACK, exempt=False, address=f"address of {session}")
        self.ended: CloseCode | None = None

    def end(self, code: CloseCode) -> None:
        self.ended = code


class Listener:
    def __init__(self) -> None:
        self.heard: list[object] = []

    def numbered(self, event: NumberedEvent) -> None:
        self.heard.append(event)

    def loose(self, event: ShowEvent) -> None:
        self.heard.append(event)

    def broken(self, show: ShowId, epoch: str | None) -> None:
        self.heard.append((show, epoch))

    def missed(self) -> None:
        raise AssertionError

    def hears(self, *, hears: bool) -> None:
        self.heard.append(hears)


class Addresses:
    """`noted` is what was noted of whom; `looks` how often SQL was read."""

    def __init__(self) -> None:
        self.noted: list[tuple[PersonId, list[str]]] = []
        self.looks = 0
        self.sockets: list[Socket] = []

    def refuses(self, _address: str) -> bool:
        return False

    async def look(self) -> None:
        self.looks += 1

    async def note(self, person: PersonId, addresses: Collection[str]) -> None:
        assert all(socket.ended is None for socket in self.sockets), "first noted, then put out"
        self.noted.append((person, sorted(addresses)))


class Rig:
    """One process: `over` is what SQL says, `asked` are the sessions that it was asked for."""

    def __init__(self, *sockets: Socket) -> None:
        self.sockets = list(sockets)
        self.over: dict[str, Ending] = {}
        self.asked: list[list[str]] = []
        self.away = False
        self.now_ms = 0
        self.listener = Listener()
        self.addresses = Addresses()
        self.addresses.sockets = self.sockets
        self.revocation = Revocation(self.listener, self.sockets, self.find_ended, self.addresses, lambda: self.now_ms)

    async def find_ended(self, held: Sequence[SignedIn]) -> Mapping[str, Ending]:
        if self.away:
            raise UnavailableError("SQL is away")
        self.asked.append(sorted(each.session for each in held))
        return {each.session: self.over[each.session] for each in held if each.session in self.over}

    async def look(self, after_ms: int = 0) -> None:
        self.now_ms += after_ms
        await self.revocation.look()


def news(person: Person, kind: str = SESSIONS_CHANGED) -> ShowEvent:
    return ShowEvent(EventId("e"), None, kind, {}, 0, person.id)


async def test_only_the_session_that_is_over_loses_its_sockets() -> None:
    phone, tab, other_tab = Socket(ANA, "phone"), Socket(ANA, "browser"), Socket(ANA, "browser")
    lin, guest = Socket(LIN, "lin"), Socket(None)
    rig = Rig(phone, tab, other_tab, lin, guest)
    rig.over = {"browser": Ending.SIGNED_OUT}
    rig.revocation.loose(news(ANA))
    await rig.look()
    assert rig.asked == [["browser", "phone"]], "one question, about this person alone"
    assert [tab.ended, other_tab.ended] == [CloseCode.SIGNED_OUT] * 2
    assert [phone.ended, lin.ended, guest.ended] == [None] * 3
    assert rig.listener.heard == [], "it is no business of the clients"


async def test_without_news_nobody_is_asked_until_it_is_time_for_everybody() -> None:
    ana, lin = Socket(ANA, "a"), Socket(LIN, "l")
    rig = Rig(ana, lin)
    rig.over = {"a": Ending.BANNED}
    await rig.look(EVERYBODY_MS - 1)
    assert rig.asked == []
    await rig.look(1)
    assert (ana.ended, lin.ended) == (CloseCode.BANNED, None)
    await rig.look(EVERYBODY_MS - 1)
    assert len(rig.asked) == 1


async def test_while_sql_is_away_the_question_waits() -> None:
    ana = Socket(ANA, "a")
    rig = Rig(ana)
    rig.over = {"a": Ending.EXPIRED}
    rig.revocation.loose(news(ANA))
    rig.away = True
    await rig.look()
    await rig.look(200)
    assert ana.ended is None
    rig.away = False
    await rig.look(200)
    assert ana.ended is CloseCode.EXPIRED


async def test_a_handshake_that_overtook_the_news_does_not_slip_through() -> None:
    rig = Rig()
    rig.over = {"a": Ending.SIGNED_OUT}
    rig.revocation.loose(news(ANA))
    await rig.look()
    late = Socket(ANA, "a")
    rig.sockets.append(late)
    await rig.look(HANDSHAKE_MS)
    assert late.ended is CloseCode.SIGNED_OUT


async def test_where_the_banned_were_is_noted_before_they_are_put_out() -> None:
    phone, tab, lin = Socket(ANA, "phone"), Socket(ANA, "browser"), Socket(LIN, "lin")
    rig = Rig(phone, tab, lin, Socket(None))
    rig.over = {"phone": Ending.BANNED, "browser": Ending.BANNED, "lin": Ending.SIGNED_OUT}
    await rig.look(EVERYBODY_MS)
    assert rig.addresses.noted == [(ANA.id, ["address of browser", "address of phone"])]
    assert [phone.ended, tab.ended, lin.ended] == [CloseCode.BANNED, CloseCode.BANNED, CloseCode.SIGNED_OUT]


async def test_addresses_are_read_at_the_start_at_news_and_now_and_then() -> None:
    rig = Rig()
    await rig.revocation.begin()
    await rig.look()
    assert rig.addresses.looks == 1
    rig.revocation.loose(news(ANA))
    await rig.look()
    assert rig.addresses.looks == 2
    await rig.look(EVERYBODY_MS)
    assert rig.addresses.looks == 3


async def test_all_other_news_passes() -> None:
    rig = Rig()
    order, numbered = news(ANA, "order"), NumberedEvent(LogPosition("e", 1), news(ANA, "chat"))
    rig.revocation.loose(order)
    rig.revocation.numbered(numbered)
    rig.revocation.broken(ShowId("s"), "f")
    rig.revocation.hears(hears=False)
    assert rig.listener.heard == [order, numbered, ("s", "f"), False]


@pytest.mark.real
async def test_news_over_a_real_bus_reaches_the_socket_and_nobody_else(
    sqlite: Database, redis_server: RedisServer
) -> None:
    async with open_room(sqlite, redis_server.url) as room:
        ana, _ = await room.joined(room.ana)
        lin, _ = await room.joined(room.lin)
        del room.tokens[f"token-{room.ana.id}"]
        await room.log.announce(news(room.ana))
        assert await ana.closed() == CloseCode.SIGNED_OUT
        assert await lin.ask("ping")
        assert lin.events == [] or {event[1] for event in lin.events} == {"viewers"}


@pytest.mark.real
async def test_a_session_ends_when_its_time_is_up(sqlite: Database, redis_server: RedisServer) -> None:
    async with open_room(sqlite, redis_server.url) as room:
        room.expiries[f"token-{room.ana.id}"] = room.clock.ms + 1_000
        ana, _ = await room.joined(room.ana)
        lin, _ = await room.joined(room.lin)
        room.clock.ms += 1_000
        assert await ana.closed() == CloseCode.EXPIRED
        assert await lin.ask("ping")


@pytest.mark.real
async def test_lost_news_delays_the_end_and_does_not_prevent_it(sqlite: Database, redis_server: RedisServer) -> None:
    async with open_room(sqlite, redis_server.url) as room:
        ana, _ = await room.joined(room.ana)
        redis_server.stop()
        del room.tokens[f"token-{room.ana.id}"]
        room.clock.ms += EVERYBODY_MS
        assert await ana.closed() == CloseCode.SIGNED_OUT
