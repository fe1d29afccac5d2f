"""Which op calls which use case: one table. Limits that depend on who asks are taken here, before the use case."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from livecart.domain.events import LogPosition
from livecart.domain.ids import ProductId, ShowId
from livecart.domain.limits import Meter
from livecart.domain.people import Person
from livecart.domain.staffing import Duty
from livecart.services.chat import Pace
from livecart.services.ports import Clock, SharedRates
from livecart.services.rates import SharedMeter
from livecart.services.room import Joined
from signaling.call_ops import CallOps
from signaling.chat_ops import ChatOps
from signaling.desk_ops import DeskOps
from signaling.duel_ops import DuelOps
from signaling.errors import guest_refused, not_joined
from signaling.gift_ops import GiftOps
from signaling.hub import Hub
from signaling.messages import Body, Like, Ping, ProductShow, Quality, ShowJoin, ShowLeave
from signaling.mod_ops import ModOps
from signaling.packet_ops import PacketOps
from signaling.ports import LimitOptions, Member, Part, UseCases, person_id
from signaling.readings import Readings
from signaling.report_ops import ReportOps
from signaling.selling_ops import SellingOps
from signaling.stage_ops import StageOps
from signaling.tallies import Tallies
from signaling.wait_ops import WaitOps

Answer = dict[str, Any]


# Likes are many and cheap, so a process asks for a few more at a time.
LIKES_LEASE = 20


class PersonLimits:
    """What one person may do how often, over all of that person's sockets at every process."""

    def __init__(self, options: LimitOptions, shared: SharedRates) -> None:
        self.chat = SharedMeter("chat", options.chat_per_person, shared)
        self.likes = SharedMeter("likes", options.likes_per_person, shared, lease=LIKES_LEASE)
        self.orders = SharedMeter("orders", options.orders_per_person, shared)
        self.chat_changes = SharedMeter("chat_changes", options.chat_changes_per_person, shared)
        # What it costs is this process's own, and guests have it too.
        self.quality = Meter(options.quality_per_person)
        self.packets = SharedMeter("packets", options.packets_per_person, shared)
        self.gifts = SharedMeter("gifts", options.gifts_per_person, shared)
        self.waitlist = SharedMeter("waitlist", options.waitlist_per_person, shared)
        self.reports = SharedMeter("reports", options.reports_per_person, shared)
        self.calls = SharedMeter("calls", options.calls_per_person, shared)
        self.tiles = Meter(options.tiles_per_person)
        self.captions = SharedMeter("captions", options.captions_per_person, shared)


class Dispatch:
    """`run` answers with the `ok` value of a request, or raises a LivecartError."""

    def __init__(self, use_cases: UseCases, hub: Hub, tallies: Tallies, limits: PersonLimits, clock: Clock) -> None:
        self._use_cases = use_cases
        self._hub = hub
        self._tallies = tallies
        self._limits = limits
        self._clock = clock
        self._readings = Readings(use_cases.room)
        chat = ChatOps(use_cases, self._speaker, self._changer, tallies.left_out)
        selling = SellingOps(use_cases, self._orderer, self._signed_in)
        self._table: dict[type[Body], Callable[[Any, Any], Awaitable[Answer]]] = {
            ShowJoin: self._join,
            ShowLeave: self._leave,
            ProductShow: self._show_product,
            Like: self._like,
            Quality: self._quality,
            Ping: self._ping,
            **chat.table(),
            **selling.table(),
            **PacketOps(use_cases, self._packeter).table(),
            **GiftOps(use_cases, self._giver).table(),
            **WaitOps(use_cases, self._waiter).table(),
            **DeskOps(hub, clock).table(),
            **ModOps(use_cases.moderating, self._changer, clock).table(),
            **ReportOps(use_cases, self._reporter).table(),
            **CallOps(use_cases, self._caller, self._changer).table(),
            **StageOps(use_cases, self._watcher, self._captioner).table(),
            **DuelOps(use_cases.duels, self._changer).table(),
        }

    async def run(self, member: Member, body: Body) -> Answer:
        return await self._table[type(body)](member, body)

    async def _join(self, member: Member, d: ShowJoin) -> Answer:
        """Listens first, then reads: see services/room.py."""
        show = ShowId(d.show)
        hosting = await self._readings.require(show, member.person)
        member.part = await self._let_in(member, show, hosting=hosting, invisible=d.invisible)
        await self._hub.enter(member, show)
        try:
            joined = await self._read_room(member, show, d)
        except BaseException:
            await self._hub.leave(member)
            raise
        member.floor = joined.position
        if member.person is not None and member.part.counts:
            self._tallies.arrivals.add(show, member.person, self._clock.now_ms(), back=d.after is not None)
        return joined.answer

    async def _let_in(self, member: Member, show: ShowId, *, hosting: bool, invisible: bool) -> Part:
        """As what it comes in. Raises ForbiddenError `banned_from_show`, `banned_address`, or for who may not come in
        invisibly."""
        standings = self._use_cases.moderating.standings
        await standings.fresh()
        if member.person is None:
            standings.require_guest_welcome(member.address, show)
        else:
            standings.require_admitted(member.person.id, show)
        standing = self._use_cases.room.standing(show, member.person)
        if invisible:
            standing.office_for(Duty.UNSEEN)
        return Part(hosting, invisible, standing.all)

    async def _read_room(self, member: Member, show: ShowId, d: ShowJoin) -> Joined:
        if d.epoch is None or d.after is None:
            return await self._readings.enter(show, member.person, member.codec, gap=False)
        joined = await self._readings.resume(show, LogPosition(d.epoch, d.after), member.person, member.codec)
        return joined or await self._readings.enter(show, member.person, member.codec, gap=True)

    async def _leave(self, member: Member, _: ShowLeave) -> Answer:
        await self._hub.leave(member)
        return {}

    def _speaker(self, member: Member) -> tuple[Person, ShowId, Pace | None]:
        """Somebody who may say one thing more, as far as this process knows; all others are asked when it gets on."""
        person, show = self._signed_in(member)
        if member.exempt:
            return person, show, None
        self._limits.chat.require_here(person.id, self._clock.now_ms())
        return person, show, partial(self._limits.chat.require_elsewhere, person.id)

    async def _changer(self, member: Member) -> tuple[Person, ShowId]:
        """Somebody who may change what is there once more."""
        return await self._within(member, self._limits.chat_changes)

    async def _orderer(self, member: Member) -> tuple[Person, ShowId]:
        """Somebody who may order once more."""
        return await self._within(member, self._limits.orders)

    async def _packeter(self, member: Member) -> tuple[Person, ShowId]:
        """Somebody who may send or claim once more."""
        return await self._within(member, self._limits.packets)

    async def _giver(self, member: Member) -> tuple[Person, ShowId]:
        """Somebody who may send one gift more."""
        return await self._within(member, self._limits.gifts)

    async def _waiter(self, member: Member) -> tuple[Person, ShowId]:
        """Somebody who may join or leave a waitlist once more."""
        return await self._within(member, self._limits.waitlist)

    async def _reporter(self, member: Member) -> tuple[Person, ShowId]:
        """Somebody who may report once more."""
        return await self._within(member, self._limits.reports)

    async def _caller(self, member: Member) -> tuple[Person, ShowId]:
        """Somebody who may ask to come on stage, or leave it, once more."""
        return await self._within(member, self._limits.calls)

    async def _show_product(self, member: Member, d: ProductShow) -> Answer:
        person, show = self._signed_in(member)
        product = None if d.product is None else ProductId(d.product)
        return {"show": await self._use_cases.show_product(person, show, product)}

    async def _like(self, member: Member, d: Like) -> Answer:
        _, show = await self._within(member, self._limits.likes, d.count)
        self._tallies.likes.add(show, d.count)
        return {}

    async def _quality(self, member: Member, d: Quality) -> Answer:
        """Guests too: they watch, and what they ask for is theirs by the session's id."""
        show = self._watching(member, self._limits.quality)
        await self._use_cases.choose_quality(show, d.session, d.layer)
        return {"layer": d.layer}

    def _watcher(self, member: Member) -> ShowId:
        """Somebody who may arrange the stage on the page once more."""
        return self._watching(member, self._limits.tiles)

    async def _captioner(self, member: Member) -> tuple[Person, ShowId]:
        """Somebody who may caption once more."""
        return await self._within(member, self._limits.captions)

    def _watching(self, member: Member, meter: Meter) -> ShowId:
        show = self._joined(member)
        if not member.exempt:
            # A guest is known by the socket alone.
            meter.require(person_id(member) or id(member), self._clock.now_ms())
        return show

    async def _ping(self, _member: Member, _: Ping) -> Answer:
        return {"now_ms": self._clock.now_ms()}

    def _signed_in(self, member: Member) -> tuple[Person, ShowId]:
        if member.person is None:
            raise guest_refused()
        return member.person, self._joined(member)

    def _joined(self, member: Member) -> ShowId:
        show = self._hub.show_of(member)
        if show is None:
            raise not_joined()
        return show

    async def _within(self, member: Member, meter: SharedMeter, cost: int = 1) -> tuple[Person, ShowId]:
        """Who asks, and where; raises LimitedError when that person has used up the rate."""
        person, show = self._signed_in(member)
        if not member.exempt:
            await meter.require(person.id, self._clock.now_ms(), cost)
        return person, show
