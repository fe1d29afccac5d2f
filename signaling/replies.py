"""What each op is answered with when it went through, and how a refusal looks: the other half of messages.py."""

from __future__ import annotations

from typing import Literal

import msgspec

from signaling.duel_messages import Duel
from signaling.messages import ChatDeleted, WireEvent
from signaling.mod_messages import HostWarning, Sanction
from signaling.objects import (
    Bag,
    ChatMessage,
    ChatRules,
    GiftStreak,
    Money,
    Offer,
    Order,
    Packet,
    Report,
    Show,
    WaitPlace,
)
from signaling.stage_objects import Call, Stage, You


class _Answer(msgspec.Struct, frozen=True):
    pass


class Nothing(_Answer, frozen=True):
    pass


class Snapshot(_Answer, frozen=True, omit_defaults=True):
    """The whole room. `gap`: what was asked for with `after` is gone, so this takes the place of everything before."""

    epoch: str
    seq: int
    now_ms: int
    show: Show
    # So far, some seconds late.
    likes: int
    # The last 50, and with `gap` after a log that was lost what the new one has told besides, up to 500 more.
    chat: list[ChatMessage]
    pinned: ChatMessage | None
    chat_rules: ChatRules
    bag: Bag
    # Scheduled, open and sold out ones.
    offers: list[Offer]
    stage: Stage
    # The one that runs, or whose hosts are still together.
    duel: Duel | None
    # Those that are not over, and those that ended within the last minute; newest first.
    packets: list[Packet]
    you: You
    gap: bool | None = None
    # With `gap`, as in the answer to a resumption.
    mine: list[WireEvent] | None = None


class Resumed(_Answer, frozen=True, omit_defaults=True):
    """Exactly what was missed, in order; nothing of it is sent again.

    `mine`: what this person alone was told within the last hour, in order, at most 32. It has no numbers, so that some
    of it may have arrived already.
    """

    epoch: str
    seq: int
    events: list[WireEvent]
    mine: list[WireEvent] | None = None


class ChatSent(_Answer, frozen=True):
    message: ChatMessage


class MessageDeleted(_Answer, frozen=True):
    deleted: ChatDeleted


class MessagePinned(_Answer, frozen=True):
    pinned: ChatMessage | None


class ProductShown(_Answer, frozen=True):
    show: Show


class OrderPlaced(_Answer, frozen=True):
    order: Order


class OfferMade(_Answer, frozen=True):
    offer: Offer


class PacketOpened(_Answer, frozen=True):
    packet: Packet


class PacketAnswered(_Answer, frozen=True, omit_defaults=True):
    """`amount` of whoever has won."""

    packet: str
    state: Literal["entered", "won", "lost"]
    amount: Money | None = None


class GiftSent(_Answer, frozen=True):
    gift: GiftStreak


class PlaceTold(_Answer, frozen=True):
    place: WaitPlace


class Muted(_Answer, frozen=True):
    mute: Sanction


class Banned(_Answer, frozen=True):
    """`show` null: from the whole shop."""

    ban: Sanction


class HostWarned(_Answer, frozen=True):
    warning: HostWarning


class Reported(_Answer, frozen=True):
    report: Report


class CallAnswered(_Answer, frozen=True):
    call: Call


class DuelAnswered(_Answer, frozen=True):
    duel: Duel


class QualityChosen(_Answer, frozen=True):
    layer: Literal["auto", "low", "mid", "high"]


class DeskJoined(_Answer, frozen=True):
    now_ms: int


class Pong(_Answer, frozen=True):
    now_ms: int


# Where there are two, the answer is one of them.
REPLIES: dict[str, tuple[type[_Answer], ...]] = {
    "show.join": (Snapshot, Resumed),
    "show.leave": (Nothing,),
    "chat.send": (ChatSent,),
    "chat.canned": (ChatSent,),
    "chat.delete": (MessageDeleted,),
    "chat.pin": (MessagePinned,),
    "product.show": (ProductShown,),
    "order.place": (OrderPlaced,),
    "offer.open": (OfferMade,),
    "offer.close": (OfferMade,),
    "packet.open": (PacketOpened,),
    "packet.claim": (PacketAnswered,),
    "gift.send": (GiftSent,),
    "waitlist.join": (PlaceTold,),
    "waitlist.leave": (PlaceTold,),
    "desk.join": (DeskJoined,),
    "desk.leave": (Nothing,),
    "mod.mute": (Muted,),
    "mod.unmute": (Muted,),
    "mod.ban": (Banned,),
    "mod.unban": (Banned,),
    "mod.warn": (HostWarned,),
    "mod.stop": (ProductShown,),
    "report": (Reported,),
    "call.request": (CallAnswered,),
    "call.cancel": (CallAnswered,),
    "call.invite": (CallAnswered,),
    "call.accept": (CallAnswered,),
    "call.decline": (CallAnswered,),
    "call.admit": (CallAnswered,),
    "call.mute": (CallAnswered,),
    "call.hide": (CallAnswered,),
    "call.end": (CallAnswered,),
    "caption.send": (Nothing,),
    "tiles": (Nothing,),
    "duel.invite": (DuelAnswered,),
    "duel.accept": (DuelAnswered,),
    "duel.decline": (DuelAnswered,),
    "duel.end": (DuelAnswered,),
    "like": (Nothing,),
    "quality": (QualityChosen,),
    "ping": (Pong,),
}


class WireError(msgspec.Struct, frozen=True, omit_defaults=True):
    """A refusal. `errors` names the fields at fault."""

    code: str
    message: str
    retryable: bool
    retry_after_ms: int | None = None
    errors: dict[str, str] | None = None
