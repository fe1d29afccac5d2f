"""Every request and event of the WebSocket as a typed message: the wire contract, see docs/protocol.md.

Requests are what a client may send; unknown fields are ignored. Events are what a show tells; their data comes typed
from whoever published it, and goes through this process as it is.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

# Ids of ours are 32 hexadecimal digits, yet opaque: any short printable word may be asked for and is then not found.
Id = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[!-~]+$")]
# What JavaScript counts exactly.
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
LIKES_MAX = 50
# Longer than any text that is taken, so that the chat's own rule speaks first; 200 graphemes are far below.
TEXT_MAX = 8_000


class _Request(msgspec.Struct, frozen=True):
    pass


class ShowJoin(_Request, frozen=True):
    show: Id
    epoch: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    after: Count | None = None


class ShowLeave(_Request, frozen=True):
    pass


class ChatSend(_Request, frozen=True):
    text: Annotated[str, Meta(max_length=TEXT_MAX)]
    key: Id | None = None
    reply_to: Id | None = None


class ChatCanned(_Request, frozen=True):
    """The host says one of his canned replies, filled in by the server."""

    reply: Id
    key: Id | None = None
    reply_to: Id | None = None


class ChatDelete(_Request, frozen=True):
    message: Id


class ChatPin(_Request, frozen=True):
    message: Id | None


class ProductShow(_Request, frozen=True):
    product: Id | None


class OrderPlace(_Request, frozen=True):
    variant: Id
    quantity: Annotated[int, Meta(ge=1, le=1_000_000)]
    key: Id


class Like(_Request, frozen=True):
    count: Annotated[int, Meta(ge=1, le=LIKES_MAX)]


class Quality(_Request, frozen=True):
    """`session`: the last part of the `Location` that WHEP answered this viewer with."""

    session: Id
    layer: Literal["auto", "low", "mid", "high"]


class Ping(_Request, frozen=True):
    pass


Body = (
    ShowJoin
    | ShowLeave
    | ChatSend
    | ChatCanned
    | ChatDelete
    | ChatPin
    | ProductShow
    | OrderPlace
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
    "like": Like,
    "quality": Quality,
    "ping": Ping,
}


class Request(msgspec.Struct, frozen=True):
    """One request as it stands in its frame."""

    id: int
    op: str
    body: Body


class Lane(IntEnum):
    """What a slow socket loses first is what stands last."""

    MONEY = 1
    HOST = 2
    CHAT = 3
    CROWD = 4


class Author(msgspec.Struct, frozen=True):
    id: str
    display_name: str
    role: str


class Named(msgspec.Struct, frozen=True):
    id: str
    display_name: str


class Mentioned(msgspec.Struct, frozen=True):
    id: str
    handle: str
    display_name: str


class ReplyTo(msgspec.Struct, frozen=True):
    """Which message is answered, and whose it is; not its text, which may be deleted."""

    id: str
    author: Named


class Chat(msgspec.Struct, frozen=True, omit_defaults=True):
    id: str
    author: Author
    text: str
    at_ms: int
    reply_to: ReplyTo | None = None
    mentions: list[Mentioned] = []


class ChatDeleted(msgspec.Struct, frozen=True):
    id: str
    by: Literal["author", "host", "moderator"]


class ChatPinned(msgspec.Struct, frozen=True):
    message: Chat | None
    version: int


class ChatRules(msgspec.Struct, frozen=True):
    version: int
    slow_s: int
    links: Literal["nobody", "host", "everyone"]
    who: Literal["everyone", "staff"]


class Viewers(msgspec.Struct, frozen=True):
    count: int


class Likes(msgspec.Struct, frozen=True):
    """How many since the last such event."""

    count: int


class Notice(msgspec.Struct, frozen=True):
    """`names` are given while few come; then it is a number alone."""

    kind: Literal["joined"]
    count: int
    names: list[str]


class ProductShowing(msgspec.Struct, frozen=True):
    product: str | None
    version: int


class Bag(msgspec.Struct, frozen=True):
    version: int
    products: list[dict[str, Any]]


class Stock(msgspec.Struct, frozen=True):
    product: str
    variant: str
    available: int
    version: int


class OrderToast(msgspec.Struct, frozen=True):
    buyer: str
    title: str
    quantity: int


class ShowState(msgspec.Struct, frozen=True, omit_defaults=True):
    """`cause` of an interruption: `media_lost` (sessions need new ones) or `host_silent`."""

    state: str
    cause: str | None = None


class Skipped(msgspec.Struct, frozen=True):
    """`count` numbered events between `from` and `to`, both included, were left out for this slow socket."""

    first: int = msgspec.field(name="from")
    last: int = msgspec.field(name="to")
    count: int


class Order(msgspec.Struct, frozen=True):
    id: str
    state: str
    lines: list[dict[str, Any]]
    total: dict[str, Any]


class Wallet(msgspec.Struct, frozen=True):
    balances: list[dict[str, Any]]


EVENTS: dict[str, tuple[type[msgspec.Struct], Lane]] = {
    "chat": (Chat, Lane.CHAT),
    # What takes a line away reaches everybody who got the line.
    "chat.deleted": (ChatDeleted, Lane.HOST),
    "chat.pinned": (ChatPinned, Lane.HOST),
    "chat.rules": (ChatRules, Lane.HOST),
    "viewers": (Viewers, Lane.CROWD),
    "likes": (Likes, Lane.CROWD),
    "notice": (Notice, Lane.CROWD),
    "product.showing": (ProductShowing, Lane.HOST),
    "bag": (Bag, Lane.HOST),
    "stock": (Stock, Lane.HOST),
    "order.toast": (OrderToast, Lane.CHAT),
    "show.state": (ShowState, Lane.MONEY),
    "skipped": (Skipped, Lane.MONEY),
    "order": (Order, Lane.MONEY),
    "wallet": (Wallet, Lane.MONEY),
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
