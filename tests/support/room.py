"""The whole signaling path in one process: real SQL, real Redis, aiohttp, and peers that speak either subprotocol."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import msgpack
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web

from livecart.adapters.limits import AccountLimits, NoSharedRates
from livecart.adapters.list_reading import ThreadedListReading
from livecart.adapters.list_watch import ListWatch
from livecart.adapters.redis.bus import RedisBus
from livecart.adapters.redis.chat_pace import RedisChatPace
from livecart.adapters.redis.connection import connect, connect_subscriber
from livecart.adapters.redis.duel_scores import RedisScores
from livecart.adapters.redis.presence import RedisPresence
from livecart.adapters.redis.rates import RedisRates
from livecart.adapters.redis.show_log import RedisShowLog
from livecart.adapters.sql.chat import SqlChatWriter
from livecart.adapters.sql.database import Database
from livecart.adapters.sql.known_offers import KnownOffers
from livecart.adapters.system import RandomIds
from livecart.adapters.tokens import address_digests
from livecart.domain.errors import NotFoundError
from livecart.domain.events import STANDINGS_CHANGED
from livecart.domain.ids import PersonId, ShowId
from livecart.domain.limits import Rate
from livecart.domain.people import Person, Role
from livecart.domain.sessions import Ending, SignedIn
from livecart.services.bans import BannedAddresses, Bans
from livecart.services.canned import CannedReplies
from livecart.services.captions import Captions
from livecart.services.chat import Chat, ChatPorts
from livecart.services.chat_filter import ChatFilter
from livecart.services.chat_staff import ChatStaff
from livecart.services.figures import ShowFigures
from livecart.services.guesses import CouponGuesses
from livecart.services.held_lines import HeldLines
from livecart.services.interventions import Interventions
from livecart.services.overhearing import Overheard
from livecart.services.ports import Clock, MediaGateway
from livecart.services.quality import Quality
from livecart.services.rates import SharedMeter
from livecart.services.reports import Reports
from livecart.services.room import Room
from livecart.services.sanctions import Sanctions
from livecart.services.shows import Shows
from livecart.services.standings import Standings
from livecart.services.waitlist import Waitlist, WaitPorts, WaitTerms
from livecart.services.word_lists import WordLists
from signaling.edge import Backbone, Signaling
from signaling.ports import LimitOptions, Moderating, Options, UseCases
from tests.support.calls import CallRig, with_calls
from tests.support.duels import DuelRig, with_duels
from tests.support.gifts import with_gifts
from tests.support.packets import with_packets
from tests.support.shop import SHOW, SetClock, Shop, branch, open_shop
from tests.support.wire import typed_reply

MSGPACK, JSON = "livecart.v1.msgpack", "livecart.v1.json"
COOKIE = "livecart_session"
NEVER_MS = 10**15
CHAT_PER_SHOW = Rate(50, 50)
MEI = Person(PersonId("mei"), "mei", "Mei", Role.CREATOR)


class Peer:
    """A client that checks the type of each reply. Events that come while a reply is awaited are kept in `events`."""

    def __init__(self, ws: ClientWebSocketResponse) -> None:
        self.ws = ws
        self.events: list[list[Any]] = []
        # What the server said when it hung up.
        self.reason = ""
        self._last_id = 0
        self._ops: dict[int, str] = {}

    async def send(self, op: str, **d: Any) -> int:
        self._last_id += 1
        self._ops[self._last_id] = op
        await self.send_frame({"id": self._last_id, "op": op, "d": d})
        return self._last_id

    async def send_frame(self, frame: Any) -> None:
        if self.ws.protocol == MSGPACK:
            await self.ws.send_bytes(msgpack.packb(frame))
        else:
            await self.ws.send_str(json.dumps(frame))

    async def reply(self) -> dict[str, Any]:
        """The next reply."""
        async with asyncio.timeout(10):
            while True:
                frame = await self._frame()
                if "ev" not in frame:
                    if frame["re"] in self._ops:
                        typed_reply(self._ops[frame["re"]], frame)
                    return frame
                self.events += frame["ev"]

    async def ask(self, op: str, **d: Any) -> Any:
        """The `ok` of a request; an `err` fails the test."""
        number = await self.send(op, **d)
        reply = await self.reply()
        assert reply["re"] == number
        assert "ok" in reply, reply
        return reply["ok"]

    async def refused(self, op: str, **d: Any) -> dict[str, Any]:
        number = await self.send(op, **d)
        reply = await self.reply()
        assert reply["re"] == number
        assert "err" in reply, reply
        return cast("dict[str, Any]", reply["err"])

    async def until(self, done: Callable[[list[list[Any]]], bool]) -> list[list[Any]]:
        """Waits until the events so far satisfy `done`."""
        async with asyncio.timeout(10):
            while not done(self.events):
                frame = await self._frame()
                assert "ev" in frame, frame
                self.events += frame["ev"]
        return self.events

    async def numbered(self, count: int) -> list[list[Any]]:
        """The first `count` numbered events."""
        await self.until(lambda events: sum(event[0] is not None for event in events) >= count)
        return [event for event in self.events if event[0] is not None]

    async def closed(self) -> int:
        """The close code, once the server has hung up; what comes before it is dropped."""
        async with asyncio.timeout(15):
            while True:
                message = await self.ws.receive()
                if message.type is WSMsgType.CLOSE:
                    # Not aiohttp's `close_code`: whoever reads this late cannot answer it, and that would say 1006.
                    self.reason = str(message.extra or "")
                    return int(message.data)
                if message.type in {WSMsgType.CLOSED, WSMsgType.CLOSING, WSMsgType.ERROR}:
                    assert self.ws.close_code is not None
                    return self.ws.close_code

    async def _frame(self) -> dict[str, Any]:
        message = await self.ws.receive()
        if message.type is WSMsgType.BINARY:
            return cast("dict[str, Any]", msgpack.unpackb(message.data))
        assert message.type is WSMsgType.TEXT, message
        return cast("dict[str, Any]", json.loads(message.data))


class MediaSessions:
    """What a media process knows of viewers: who has a session in which show, and what was pinned, in order."""

    def __init__(self) -> None:
        self.open: set[tuple[str, str]] = set()
        self.pinned: list[tuple[str, str | None]] = []
        self.arranged: list[tuple[str, list[float]]] = []
        self.ended: list[str] = []

    async def end_show(self, show: ShowId) -> None:
        self.ended.append(show)

    async def pin(self, show: ShowId, session: str, layer: str | None) -> None:
        if (show, session) not in self.open:
            raise NotFoundError("no such session")
        self.pinned.append((session, layer))

    async def arrange(self, show: ShowId, session: str, sizes: Sequence[float]) -> None:
        if (show, session) not in self.open:
            raise NotFoundError("no such session")
        self.arranged.append((session, list(sizes)))


@dataclass(slots=True)
class RoomRig:
    shop: Shop
    signaling: Signaling
    log: RedisShowLog
    clock: SetClock
    url: str
    http: ClientSession
    tokens: dict[str, Person]
    expiries: dict[str, int]
    media: MediaSessions
    canned: CannedReplies
    held: HeldLines
    lists: WordLists
    words: ChatFilter
    moderating: Moderating
    calls: CallRig
    duels: DuelRig
    peers: list[Peer] = field(default_factory=list)

    @property
    def ana(self) -> Person:
        return self.shop.buyers[0]

    @property
    def lin(self) -> Person:
        return self.shop.buyers[1]

    async def connect(self, person: Person | None = None, protocol: str = MSGPACK, **options: Any) -> Peer:
        headers = dict(options.pop("headers", {}))
        if person is not None:
            token = f"token-{person.id}"
            self.tokens[token] = person
            headers["Authorization"] = f"Bearer {token}"
        ws = await self.http.ws_connect(self.url, protocols=(protocol,), headers=headers, max_msg_size=0, **options)
        peer = Peer(ws)
        self.peers.append(peer)
        return peer

    async def joined(self, person: Person | None = None, protocol: str = MSGPACK) -> tuple[Peer, dict[str, Any]]:
        peer = await self.connect(person, protocol)
        return peer, await peer.ask("show.join", show=SHOW)


@dataclass(frozen=True, slots=True)
class RoomSetup:
    """`branch`: a further process of a shop that is there already, and what its ids begin with.

    `shared_rates`: limits are asked of Redis too, whose clock a test cannot set.
    """

    branch: str = ""
    shared_rates: bool = False
    chat_per_show: Rate = CHAT_PER_SHOW


@asynccontextmanager
async def open_room(
    database: Database,
    redis_url: str,
    *,
    limits: LimitOptions | None = None,
    clock: Clock | None = None,
    setup: RoomSetup | None = None,
    **shop_options: Any,
) -> AsyncIterator[RoomRig]:
    async with AsyncExitStack() as stack:
        setup = setup or RoomSetup()
        opened = branch(database, setup.branch) if setup.branch else open_shop(database, **shop_options)
        shop = await stack.enter_async_context(opened)
        redis, subscriber = connect(redis_url), connect_subscriber(redis_url)
        stack.push_async_callback(redis.aclose)
        stack.push_async_callback(subscriber.aclose)
        time = clock or shop.clock
        log, presence = RedisShowLog(redis), RedisPresence(redis)
        writer = SqlChatWriter(shop.store)
        await writer.start()
        stack.push_async_callback(writer.close)
        tokens: dict[str, Person] = {}
        expiries: dict[str, int] = {}
        # No media process is part of this.
        media = MediaSessions()
        gateway = cast("MediaGateway", media)
        shows = Shows(shop.store, time, RandomIds(), presence, gateway)

        async def authenticate(token: str) -> SignedIn | None:
            person = tokens.get(token)
            return None if person is None else SignedIn(person, token, expiries.get(token, NEVER_MS))

        async def find_ended(held: Sequence[SignedIn]) -> Mapping[str, Ending]:
            return {each.session: Ending.SIGNED_OUT for each in held if each.session not in tokens}

        rates = RedisRates(redis, time) if setup.shared_rates else NoSharedRates()
        budget = SharedMeter("chat_show", setup.chat_per_show, rates)
        reading = ThreadedListReading()
        stack.callback(reading.close)
        words, held = ChatFilter(shop.store, reading), HeldLines(shop.store, log, time)
        lists = ListWatch(words.look)
        await lists.start()
        stack.push_async_callback(lists.close)
        digests = address_digests("secret")
        standings, pace = Standings(shop.store, time, digests), RedisChatPace(redis)
        watch = ListWatch(standings.look, at=STANDINGS_CHANGED)
        await watch.start()
        stack.push_async_callback(watch.close)
        addresses = BannedAddresses(shop.store, time, RandomIds(), digests)
        moderating = Moderating(
            standings,
            Sanctions(shop.store, time, RandomIds(), standings),
            Bans(shop.store, time, RandomIds(), addresses),
            Interventions(shop.store, time, RandomIds(), shop.committer, gateway),
        )
        canned = CannedReplies(shop.store, RandomIds(), words)
        calls = with_calls(shop.store, time)
        quality = Quality(gateway)
        scores = RedisScores(redis)
        duels = with_duels(shop.store, time, scores, log)
        use_cases = UseCases(
            authenticate,
            find_ended,
            Room(shop.store, log, shows, time, standings, calls.calls),
            Chat(ChatPorts(shop.store, writer, log, time, RandomIds(), pace, budget, words, held, standings)),
            shows.show_product,
            shop.orders.place,
            quality.choose,
            ChatStaff(shop.store, time),
            canned,
            ShowFigures(shop.store).add,
            addresses,
            shop.offers,
            with_packets(shop).packets,
            with_gifts(shop).gifts,
            CouponGuesses(AccountLimits(time, (), rates)),
            Waitlist(WaitPorts(shop.store, shop.committer, time, RandomIds(), KnownOffers(shop.store)), WaitTerms()),
            moderating,
            Reports(shop.store, time, RandomIds()),
            calls.calls,
            quality.arrange,
            Captions(log, words, time, RandomIds()),
            duels.duels,
        )
        news = Overheard(
            RedisBus(subscriber, redis, log), shop.sold_out.heard, lists.heard, watch.heard, standings.heard
        )
        backbone = Backbone(news, log, presence, time, RandomIds(), rates, scores)
        options = Options(COOKIE, frozenset({"https://shop.example"}), limits or LimitOptions())
        signaling = Signaling(use_cases, backbone, options)
        word_lists = WordLists(shop.store, time, RandomIds(), reading)
        await signaling.start()
        stack.push_async_callback(signaling.close)
        url = await _serve(signaling, stack)
        http = await stack.enter_async_context(ClientSession())
        rig = RoomRig(
            shop,
            signaling,
            log,
            shop.clock,
            url,
            http,
            tokens,
            expiries,
            media,
            canned,
            held,
            word_lists,
            words,
            moderating,
            calls,
            duels,
        )
        yield rig
        for peer in rig.peers:
            await peer.ws.close()


async def _serve(signaling: Signaling, stack: AsyncExitStack) -> str:
    app = web.Application()
    app.router.add_get("/ws", signaling.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}/ws"
