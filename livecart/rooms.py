"""The WebSocket edge of a web process, built from the shop: its use cases, and what it hears of others."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network

from livecart.adapters.list_watch import ListWatch
from livecart.adapters.redis.chat_pace import RedisChatPace
from livecart.adapters.sql.chat import SqlChatWriter
from livecart.app import Shop, Wire
from livecart.domain.events import STANDINGS_CHANGED
from livecart.domain.limits import Rate
from livecart.rest.identity import COOKIE
from livecart.services.canned import CannedReplies
from livecart.services.captions import Captions
from livecart.services.chat import Chat, ChatPorts
from livecart.services.chat_staff import ChatStaff
from livecart.services.figures import ShowFigures
from livecart.services.guesses import CouponGuesses
from livecart.services.overhearing import Overheard
from livecart.services.quality import Quality
from livecart.services.rates import SharedMeter
from livecart.services.returning import ReturningPeople
from livecart.services.room import Room
from livecart.settings import Settings
from signaling.edge import Backbone, Signaling
from signaling.ports import LimitOptions, Moderating, Options, UseCases

# News of who is muted or banned may be lost: two seconds are promised for it all the same.
STANDINGS_EVERY_S = 1.5


@asynccontextmanager
async def open_signaling(shop: Shop, wire: Wire) -> AsyncIterator[Signaling]:
    """The WebSocket edge with what it alone needs: a subscription, and chat written in batches."""
    settings = shop.settings
    writer = SqlChatWriter(shop.store)
    chat = Chat(_chat_ports(shop, wire, writer))
    lists = ListWatch(shop.words.look)
    standings = ListWatch(shop.standings.look, every_s=STANDINGS_EVERY_S, at=STANDINGS_CHANGED)
    room = Room(shop.store, wire.show_log, wire.shows, shop.clock, shop.standings, wire.calls)

    returning = ReturningPeople(shop.accounts, shop.tokens, shop.clock, lambda: wire.bus.healthy)
    hearing = (returning, shop.counter.sold_out, lists, standings, shop.standings)
    signaling = Signaling(
        _use_cases(shop, wire, returning, room, chat),
        Backbone(
            news=Overheard(wire.bus, *(each.heard for each in hearing)),
            log=wire.show_log,
            headcount=wire.watch_times,
            clock=shop.clock,
            ids=shop.ids,
            rates=shop.rates,
            scores=wire.duelling.scores,
        ),
        Options(COOKIE, own_origins(settings), limits_of(settings)),
    )
    await writer.start()
    await lists.start()
    await standings.start()
    await signaling.start()
    try:
        yield signaling
    finally:
        await signaling.close()
        await standings.close()
        await lists.close()
        await writer.close()


def _use_cases(shop: Shop, wire: Wire, returning: ReturningPeople, room: Room, chat: Chat) -> UseCases:
    quality = Quality(wire.media)
    return UseCases(
        returning.session,
        returning.ended,
        room,
        chat,
        wire.shows.show_product,
        shop.counter.orders.place,
        quality.choose,
        ChatStaff(shop.store, shop.clock),
        CannedReplies(shop.store, shop.ids, shop.words),
        ShowFigures(shop.store).add,
        shop.banned_addresses,
        shop.counter.offers,
        wire.packets,
        shop.counter.gifts,
        CouponGuesses(shop.limits),
        shop.counter.waitlist,
        Moderating(shop.standings, shop.sanctions, shop.bans, wire.interventions),
        shop.reports,
        wire.calls,
        quality.arrange,
        Captions(wire.show_log, shop.words, shop.clock, shop.ids),
        wire.duelling.duels,
    )


def _chat_ports(shop: Shop, wire: Wire, writer: SqlChatWriter) -> ChatPorts:
    per_show = shop.settings.chat_per_show
    return ChatPorts(
        store=shop.store,
        writer=writer,
        log=wire.show_log,
        clock=shop.clock,
        ids=shop.ids,
        pace=RedisChatPace(wire.redis),
        budget=SharedMeter("chat_show", Rate(per_show, per_show), shop.rates),
        words=shop.words,
        held=wire.held,
        standings=shop.standings,
    )


def limits_of(settings: Settings) -> LimitOptions:
    return LimitOptions(
        chat_per_person=Rate(settings.chat_per_person, settings.chat_burst),
        orders_per_person=Rate(settings.orders_per_person, settings.orders_per_person),
        exempt=tuple(ip_network(network) for network in settings.limits_exempt),
    )


def own_origins(settings: Settings) -> frozenset[str]:
    """Origins besides the host that was asked for."""
    return frozenset([*settings.allowed_origins, *([settings.origin] if settings.public_url else [])])
