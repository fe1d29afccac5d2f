"""Every request and event of the WebSocket as a typed message: the wire contract, see docs/protocol.md.

Requests are what a client may send; unknown fields are ignored. Events are what a show tells; their data comes from
whoever published it and goes through this process as it is, and tests hold it against these types. What a request is
answered with is in replies.py. TypeScript, docs/protocol.md and the golden vectors follow from the two: schema.py.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from livecart.domain.chat import Deleter
from livecart.domain.show import ShowState as State
from signaling.call_requests import (
    CallAccept,
    CallAdmit,
    CallCancel,
    CallDecline,
    CallEnd,
    CallHide,
    CallInvite,
    CallMute,
    CallRequest,
    CaptionSend,
    Tiles,
)
from signaling.desk_messages import DeskJoin, DeskLeave, DeskNews
from signaling.duel_messages import DUEL_REQUESTS, DuelRequest, DuelScore, DuelTold
from signaling.fields import TEXT_MAX, Count, Id
from signaling.lanes import Lane
from signaling.mod_messages import (
    HostWarning,
    ModBan,
    ModMute,
    ModStop,
    ModUnban,
    ModUnmute,
    ModWarn,
    ShowStopped,
    UserMuted,
    YourDuties,
)
from signaling.objects import (
    Bag,
    ChatMessage,
    ChatRules,
    GiftStreak,
    Offer,
    Order,
    Packet,
    Report,
    WaitPlace,
    Wallet,
)
from signaling.packet_messages import PacketClaimed, PacketClosed
from signaling.report_messages import ReportMake
from signaling.sale_requests import (
    GiftSend,
    OfferClose,
    OfferOpen,
    OrderPlace,
    PacketClaim,
    PacketOpen,
    WaitlistJoin,
    WaitlistLeave,
)
from signaling.staff_messages import CallRequested, CallTold, ChatHeld, Held, HeldDecided
from signaling.stage_objects import Caption, Speaker, Stage

LIKES_MAX = 50


class _Request(msgspec.Struct, frozen=True):
    pass


class ShowJoin(_Request, frozen=True):
    """Comes into a show; with `epoch` and `after`, back to it. `chat` has the last 50 lines.

    Nothing of the answer is sent again as an event.
    """

    show: Id
    epoch: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    after: Count | None = None
    # For moderators: neither counted nor told of.
    invisible: bool = False


class ShowLeave(_Request, frozen=True):
    """Out of the show; the socket stays and may join another."""


class ChatSend(_Request, frozen=True):
    """Answered after its commit and publication; while Redis is away after its commit, and it is told later.

    The same `key` is the same message, however often it is sent.
    """

    text: Annotated[str, Meta(max_length=TEXT_MAX)]
    key: Id | None = None
    reply_to: Id | None = None


class ChatCanned(_Request, frozen=True):
    """The host says one of his canned replies, in his own show, filled in by the server."""

    reply: Id
    key: Id | None = None
    reply_to: Id | None = None


class ChatDelete(_Request, frozen=True):
    """Takes a message away from everybody. Deleting it again answers the first deletion."""

    message: Id


class ChatPin(_Request, frozen=True):
    """The host and moderators pin a message, or none."""

    message: Id | None


class ProductShow(_Request, frozen=True):
    """The host shows a product of the bag, or none."""

    product: Id | None


class Like(_Request, frozen=True):
    """How many since the client's last such request."""

    count: Annotated[int, Meta(ge=1, le=LIKES_MAX)]


class Quality(_Request, frozen=True):
    """`session`: the last part of the `Location` that WHEP answered this viewer with."""

    session: Id
    layer: Literal["auto", "low", "mid", "high"]


class Ping(_Request, frozen=True):
    """Is the server there, and what is its time? Needs no join."""


Body = (
    ShowJoin
    | ShowLeave
    | ChatSend
    | ChatCanned
    | ChatDelete
    | ChatPin
    | ProductShow
    | OrderPlace
    | OfferOpen
    | OfferClose
    | PacketOpen
    | PacketClaim
    | GiftSend
    | WaitlistJoin
    | WaitlistLeave
    | DeskJoin
    | DeskLeave
    | ModMute
    | ModUnmute
    | ModBan
    | ModUnban
    | ModWarn
    | ModStop
    | ReportMake
    | CallRequest
    | CallCancel
    | CallInvite
    | CallAccept
    | CallDecline
    | CallAdmit
    | CallMute
    | CallHide
    | CallEnd
    | CaptionSend
    | Tiles
    | DuelRequest
    | Like
    | Quality
    | Ping
)

REQUESTS: dict[str, type[Body]] = {
    "show.join": ShowJoin,
    "show.leave": ShowLeave,
    "chat.send": ChatSend,
    "chat.canned": ChatCanned,
    "chat.delete": ChatDelete,
    "chat.pin": ChatPin,
    "product.show": ProductShow,
    "order.place": OrderPlace,
    "offer.open": OfferOpen,
    "offer.close": OfferClose,
    "packet.open": PacketOpen,
    "packet.claim": PacketClaim,
    "gift.send": GiftSend,
    "waitlist.join": WaitlistJoin,
    "waitlist.leave": WaitlistLeave,
    "desk.join": DeskJoin,
    "desk.leave": DeskLeave,
    "mod.mute": ModMute,
    "mod.unmute": ModUnmute,
    "mod.ban": ModBan,
    "mod.unban": ModUnban,
    "mod.warn": ModWarn,
    "mod.stop": ModStop,
    "report": ReportMake,
    "call.request": CallRequest,
    "call.cancel": CallCancel,
    "call.invite": CallInvite,
    "call.accept": CallAccept,
    "call.decline": CallDecline,
    "call.admit": CallAdmit,
    "call.mute": CallMute,
    "call.hide": CallHide,
    "call.end": CallEnd,
    "caption.send": CaptionSend,
    "tiles": Tiles,
    **DUEL_REQUESTS,
    "like": Like,
    "quality": Quality,
    "ping": Ping,
}


class Request(msgspec.Struct, frozen=True):
    """One request as it stands in its frame."""

    id: int
    op: str
    body: Body


class ChatDeleted(msgspec.Struct, frozen=True):
    """The line is nowhere any more, not even in what is resumed; `by`: in which capacity."""

    id: str
    by: Deleter


class ChatPinned(msgspec.Struct, frozen=True):
    """`version` counts pins and changes of the rules together."""

    message: ChatMessage | None
    version: int


class Viewers(msgspec.Struct, frozen=True):
    """How many watch now: over all processes each person once, each guest's socket; not the host."""

    count: int


class Likes(msgspec.Struct, frozen=True):
    """How many since the last such event."""

    count: int


class Notice(msgspec.Struct, frozen=True):
    """`joined`: who came within a second, up to three by name, else a number alone. `left_out`: lines nobody got.

    Joined is nobody who comes back with `after`, or to the same process within ten minutes; guests are not told. Left
    out are lines of chat beyond what a show's chat carries; each sender was told, all others hear it once a second.
    `delayed`: this server hears nothing from the others, so that all news is late; `restored`: it does again.
    """

    kind: Literal["joined", "left_out", "delayed", "restored"]
    count: int
    names: list[str]


class ProductShowing(msgspec.Struct, frozen=True):
    """Absolute, like `bag` and `stock`: of two, the one with the higher version is true."""

    product: str | None
    version: int


class Stock(msgspec.Struct, frozen=True):
    """What is left of a variant."""

    product: str
    variant: str
    available: int
    version: int


class OrderToast(msgspec.Struct, frozen=True):
    """Somebody bought something; `buyer` is the display name, shortened."""

    buyer: str
    title: str
    quantity: int


class ShowState(msgspec.Struct, frozen=True, omit_defaults=True):
    """`cause` of an interruption: `media_lost` (every media session needs a new POST) or `host_silent`; of an end:
    `stopped`, by a moderator."""

    state: State
    cause: Literal["host_silent", "media_lost", "stopped"] | None = None


class Skipped(msgspec.Struct, frozen=True):
    """`count` numbered events between `from` and `to`, both included, were left out for this slow socket."""

    first: int = msgspec.field(name="from")
    last: int = msgspec.field(name="to")
    count: int


EVENTS: dict[str, tuple[type[msgspec.Struct], Lane]] = {
    "chat": (ChatMessage, Lane.CHAT),
    # What takes a line away reaches everybody who got the line.
    "chat.deleted": (ChatDeleted, Lane.HOST),
    "chat.pinned": (ChatPinned, Lane.HOST),
    "chat.rules": (ChatRules, Lane.HOST),
    "held": (Held, Lane.HOST),
    "held.decided": (HeldDecided, Lane.HOST),
    "chat.held": (ChatHeld, Lane.HOST),
    "desk.news": (DeskNews, Lane.HOST),
    "user.muted": (UserMuted, Lane.HOST),
    "you.duties": (YourDuties, Lane.HOST),
    "host.warned": (HostWarning, Lane.MONEY),
    "show.stopped": (ShowStopped, Lane.MONEY),
    "viewers": (Viewers, Lane.CROWD),
    "likes": (Likes, Lane.CROWD),
    "notice": (Notice, Lane.CROWD),
    "product.showing": (ProductShowing, Lane.HOST),
    "bag": (Bag, Lane.HOST),
    "stock": (Stock, Lane.HOST),
    "offer": (Offer, Lane.HOST),
    "order.toast": (OrderToast, Lane.CHAT),
    "packet": (Packet, Lane.MONEY),
    "packet.claimed": (PacketClaimed, Lane.CHAT),
    "packet.closed": (PacketClosed, Lane.MONEY),
    "gift": (GiftStreak, Lane.CHAT),
    "stage": (Stage, Lane.HOST),
    "speaker": (Speaker, Lane.CROWD),
    "caption": (Caption, Lane.CROWD),
    "call.requested": (CallRequested, Lane.HOST),
    "call.state": (CallTold, Lane.MONEY),
    "duel.invite": (DuelTold, Lane.MONEY),
    "duel.state": (DuelTold, Lane.MONEY),
    "duel.score": (DuelScore, Lane.CROWD),
    "show.state": (ShowState, Lane.MONEY),
    "skipped": (Skipped, Lane.MONEY),
    "order": (Order, Lane.MONEY),
    "wallet": (Wallet, Lane.MONEY),
    "waitlist": (WaitPlace, Lane.MONEY),
    "report": (Report, Lane.HOST),
}


class WireEvent(msgspec.Struct, frozen=True, array_like=True):
    """`[seq, type, data, at_ms]`; seq is null for what may be lost."""

    seq: int | None
    type: str
    data: Any
    at_ms: int

    @property
    def lane(self) -> Lane:
        """An event that this version does not know is treated like the host's: it is nobody's small talk."""
        known = EVENTS.get(self.type)
        return Lane.HOST if known is None else known[1]
