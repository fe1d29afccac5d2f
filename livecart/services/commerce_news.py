"""What a committed batch tells the rooms and the people: its changes turned into events.

Each event's id follows from its cause, so that a batch that is tried again, or relayed twice, is heard once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from livecart.domain.books import Books
from livecart.domain.events import ShowEvent
from livecart.domain.gift import Streak
from livecart.domain.ids import EventId
from livecart.domain.news import Bought, News, OrderChanged, PacketChanged, PacketClosed, PlaceChanged, WalletChanged
from livecart.domain.offer import Offer
from livecart.domain.red_packet import RedPacket
from livecart.domain.stock import StockItem
from livecart.domain.text import shortened
from livecart.services.views_commerce import order_view, wallet_view
from livecart.services.views_gifts import streak_view
from livecart.services.views_offers import offer_view
from livecart.services.views_packets import claimed_view, closed_view, packet_view
from livecart.services.views_waitlist import place_view


def news_event(news: News, now_ms: int) -> ShowEvent:
    """Orders, wallets and places in a waitlist go to their owner alone.

    A purchase is shown to the room with the buyer's name shortened.
    """
    match news:
        case OrderChanged(order, payment, cause):
            event_id = EventId(f"order:{order.id}:{order.state}" + (f":{cause}" if cause else ""))
            return ShowEvent(event_id, None, "order", order_view(order, payment), now_ms, person=order.buyer)
        case WalletChanged(wallet, journal):
            event_id = EventId(f"wallet:{journal}")
            return ShowEvent(event_id, None, "wallet", wallet_view(wallet), now_ms, person=wallet.owner)
        case Bought(show, order, buyer_name):
            toast = {
                "buyer": shortened(buyer_name),
                "title": order.lines[0].title,
                "quantity": sum(line.quantity for line in order.lines),
            }
            return ShowEvent(EventId(f"toast:{order.id}"), show, "order.toast", toast, now_ms)
        case PacketChanged(packet):
            event_id = EventId(f"packet:{packet.key}:{packet.version}")
            return ShowEvent(event_id, packet.terms.show, "packet", packet_view(packet), now_ms)
        case PacketClosed(packet):
            event_id = EventId(f"packet.closed:{packet.key}")
            return ShowEvent(event_id, packet.terms.show, "packet.closed", closed_view(packet), now_ms)
        case PlaceChanged(waiting):
            event_id = EventId(f"waitlist:{waiting.place.id}:{waiting.state}")
            return ShowEvent(event_id, None, "waitlist", place_view(waiting), now_ms, person=waiting.place.person)
        case _:
            assert_never(news)


def stock_events(books: Books, now_ms: int) -> Iterable[ShowEvent]:
    """What is left now, once per batch, to every open show that has the product in its bag."""
    for before, item in books.changed(StockItem):
        if before is not None and item.available == before.available:
            continue
        data = {
            "product": item.product,
            "variant": item.variant,
            "available": item.available,
            "version": item.version,
        }
        for show in sorted(item.shows):
            yield ShowEvent(EventId(f"stock:{item.variant}:{item.version}:{show}"), show, "stock", data, now_ms)


def offer_events(books: Books, now_ms: int) -> Iterable[ShowEvent]:
    """Each offer as it is now, once per batch, to its show."""
    for _, offer in books.changed(Offer):
        event_id = EventId(f"offer:{offer.id}:{offer.version}")
        yield ShowEvent(event_id, offer.show, "offer", offer_view(offer, now_ms), now_ms)


def packet_events(books: Books, now_ms: int) -> Iterable[ShowEvent]:
    """How many claimed an open packet, when the room is to hear of it again: once per batch at most."""
    for before, packet in books.changed(RedPacket):
        if before is not None and packet.told_at_ms != before.told_at_ms and not packet.is_closed:
            event_id = EventId(f"packet.claimed:{packet.key}:{packet.version}")
            yield ShowEvent(event_id, packet.terms.show, "packet.claimed", claimed_view(packet), now_ms)


def gift_events(books: Books, now_ms: int) -> Iterable[ShowEvent]:
    """Each streak as it is now, once per batch: how many so far, or that it has ended."""
    for _, streak in books.changed(Streak):
        event_id = EventId(f"gift:{streak.id}:{streak.version}")
        yield ShowEvent(event_id, streak.show, "gift", streak_view(streak), now_ms)
