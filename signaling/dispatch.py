"""Which op calls which use case: one table. Limits that depend on who asks are taken here, before the use case."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from typing import Any

from livecart.domain.events import LogPosition
from livecart.domain.ids import ProductId, ShowId, VariantId
from livecart.domain.limits import Meter
from livecart.domain.people import Person
from livecart.services.ports import Clock
from livecart.services.room import Joined
from signaling.chat_ops import ChatOps
from signaling.errors import guest_refused, not_joined
from signaling.hub import Hub
from signaling.messages import Body, Like, OrderPlace, Ping, ProductShow, Quality, ShowJoin, ShowLeave
from signaling.packet_ops import PacketOps
from signaling.ports import LimitOptions, Member, UseCases, person_id
from signaling.shared import Shared
from signaling.tallies import Tallies

Answer = dict[str, Any]


class PersonLimits:
    """What one person may do how often in this process, over all of that person's sockets."""

    def __init__(self, options: LimitOptions) -> None:
        self.chat = Meter(options.chat_per_person)
        self.likes = Meter(options.likes_per_person)
        self.orders = Meter(options.orders_per_person)
        self.quality = Meter(options.quality_per_person)
        self.chat_changes = Meter(options.chat_changes_per_person)
        self.packets = Meter(options.packets_per_person)


class Dispatch:
    """`run` answers with the `ok` value of a request, or raises a LivecartError."""

    def __init__(self, use_cases: UseCases, hub: Hub, tallies: Tallies, limits: PersonLimits, clock: Clock) -> None:
        self._use_cases = use_cases
        self._hub = hub
        self._tallies = tallies
        self._limits = limits
        self._clock = clock
        self._snapshots = Shared(use_cases.room.snapshot)
        chat = ChatOps(use_cases, self._chatter, self._changer)
        self._table: dict[type[Body], Callable[[Any, Any], Awaitable[Answer]]] = {
            ShowJoin: self._join,
            ShowLeave: self._leave,
            ProductShow: self._show_product,
            OrderPlace: self._place_order,
            Like: self._like,
            Quality: self._quality,
            Ping: self._ping,
            **chat.table(),
            **PacketOps(use_cases, self._packeter).table(),
        }

    async def run(self, member: Member, body: Body) -> Answer:
        return await self._table[type(body)](member, body)

    async def _join(self, member: Member, d: ShowJoin) -> Answer:
        """Listens first, then reads: see services/room.py."""
        show = ShowId(d.show)
        member.hosting = await self._use_cases.room.require(show, member.person)
        await self._hub.enter(member, show)
        try:
            joined = await self._read_room(member, show, d)
        except BaseException:
            await self._hub.leave(member)
            raise
        member.floor = joined.position.seq
        if member.person is not None and not member.hosting:
            self._tallies.arrivals.add(show, member.person, self._clock.now_ms(), back=d.after is not None)
        return joined.answer

    async def _read_room(self, member: Member, show: ShowId, d: ShowJoin) -> Joined:
        room = self._use_cases.room
        resuming = d.epoch is not None and d.after is not None
        if d.epoch is not None and d.after is not None:
            joined = await room.resume(show, LogPosition(d.epoch, d.after))
            if joined is not None:
                return joined
        return room.enter(member.person, await self._snapshots.get(show), gap=resuming)

    async def _leave(self, member: Member, _: ShowLeave) -> Answer:
        await self._hub.leave(member)
        return {}

    def _chatter(self, member: Member) -> tuple[Person, ShowId]:
        """Somebody who may say one thing more."""
        person, show = self._signed_in(member)
        self._limit(member, self._limits.chat, person.id)
        return person, show

    def _changer(self, member: Member) -> tuple[Person, ShowId]:
        """Somebody who may change what is there once more."""
        person, show = self._signed_in(member)
        self._limit(member, self._limits.chat_changes, person.id)
        return person, show

    def _packeter(self, member: Member) -> tuple[Person, ShowId]:
        """Somebody who may send or claim once more."""
        person, show = self._signed_in(member)
        self._limit(member, self._limits.packets, person.id)
        return person, show

    async def _show_product(self, member: Member, d: ProductShow) -> Answer:
        person, show = self._signed_in(member)
        product = None if d.product is None else ProductId(d.product)
        return {"show": await self._use_cases.show_product(person, show, product)}

    async def _place_order(self, member: Member, d: OrderPlace) -> Answer:
        person, show = self._signed_in(member)
        self._limit(member, self._limits.orders, person.id)
        order = await self._use_cases.place_order(person, show, VariantId(d.variant), d.quantity, d.key)
        return {"order": order}

    async def _like(self, member: Member, d: Like) -> Answer:
        person, show = self._signed_in(member)
        self._limit(member, self._limits.likes, person.id, d.count)
        self._tallies.likes.add(show, d.count)
        return {}

    async def _quality(self, member: Member, d: Quality) -> Answer:
        """Guests too: they watch, and what they ask for is theirs by the session's id."""
        show = self._joined(member)
        # A guest is known by the socket alone.
        self._limit(member, self._limits.quality, person_id(member) or id(member))
        await self._use_cases.choose_quality(show, d.session, d.layer)
        return {"layer": d.layer}

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

    def _limit(self, member: Member, meter: Meter, who: Hashable, cost: int = 1) -> None:
        if not member.exempt:
            meter.require(who, self._clock.now_ms(), cost)
