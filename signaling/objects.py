"""The nouns of the shop as messages carry them: people, goods, shows, orders. Their values come from services/views.py.

Each becomes a TypeScript interface of its name; see schema.py.
"""

from __future__ import annotations

import msgspec

from livecart.domain.chat_rules import Links, Speakers
from livecart.domain.offer import OfferMode, OfferState
from livecart.domain.order import OrderState
from livecart.domain.packet_split import SplitKind
from livecart.domain.packet_terms import DrawMode
from livecart.domain.payment import PaymentState
from livecart.domain.people import Role
from livecart.domain.red_packet import PacketState
from livecart.domain.report import CaseState, Outcome, ReportedKind
from livecart.domain.show import ShowState, ViewersPolicy
from livecart.domain.waitlist import PlaceState


class Money(msgspec.Struct, frozen=True):
    """`amount_minor` counts the currency's smallest unit: 1990 CNY are 19.90 yuan."""

    amount_minor: int
    currency: str


class Person(msgspec.Struct, frozen=True):
    id: str
    handle: str
    display_name: str


class User(Person, frozen=True):
    role: Role


class Author(msgspec.Struct, frozen=True):
    id: str
    display_name: str
    role: Role


class Named(msgspec.Struct, frozen=True):
    id: str
    display_name: str


class ReplyTo(msgspec.Struct, frozen=True):
    """Which message is answered, and whose it is; not its text, which may be deleted."""

    id: str
    author: Named


class ChatMessage(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of chat. `mentions` are the people whose handles stand in it.

    `held`: told to its author alone. The filter keeps it back until the show's staff has released it.
    """

    id: str
    author: Author
    text: str
    at_ms: int
    reply_to: ReplyTo | None = None
    mentions: list[Person] = []
    held: bool = False


class ChatRules(msgspec.Struct, frozen=True):
    """How a show's chat is used; of two, the one with the higher version is true.

    `slow_s` are the seconds between two messages of a person. `host` and `staff` are the host and moderators; where
    `followers` may write, they have followed the host for `followed_minutes`, and `staff` may too.
    """

    version: int
    slow_s: int
    links: Links
    who: Speakers
    followed_minutes: int


class Variant(msgspec.Struct, frozen=True):
    """`version` is the one that `stock` events count up; `prices` are those in other currencies than the product's."""

    id: str
    title: str
    price_minor: int
    stock: int
    available: int
    version: int
    prices: list[Money]


class Product(msgspec.Struct, frozen=True):
    """What is not `on_sale` cannot be ordered."""

    id: str
    title: str
    currency: str
    url: str | None
    images: list[str]
    seller: str
    on_sale: bool
    variants: list[Variant]


class Bag(msgspec.Struct, frozen=True):
    """The goods of a show in the host's order."""

    version: int
    products: list[Product]


class Show(msgspec.Struct, frozen=True):
    """`showing` is the id of the product that is being shown; times are RFC 3339. `cover` is where a picture lies."""

    id: str
    state: ShowState
    title: str
    category: str
    language: str
    creator: Person
    topic: str
    viewers_policy: ViewersPolicy
    viewers: int
    showing: str | None
    created_at: str
    planned_at: str | None
    started_at: str | None
    ended_at: str | None
    cover: str | None


class OfferLine(msgspec.Struct, frozen=True):
    """What one unit of an offer contains, at the variant's usual price."""

    variant: str
    product: str
    quantity: int
    unit_price_minor: int


class Offer(msgspec.Struct, frozen=True):
    """Goods at a price of their own; of two, the one with the higher version is true.

    `state` is that of the moment: what the clock changes follows from `starts_at` and `ends_at` on the server's time.
    `list_minor` is what one unit costs without the offer.
    """

    id: str
    show: str
    title: str
    lines: list[OfferLine]
    price: Money
    price_minor: int
    list_minor: int
    quantity: int
    available: int
    sold: int
    per_buyer: int
    mode: OfferMode
    state: OfferState
    starts_at: str
    ends_at: str | None
    closed_at: str | None
    version: int


class OrderLine(msgspec.Struct, frozen=True):
    """`discount_minor` is off the whole line; `offer` is the one that it was bought in."""

    variant: str
    product: str
    title: str
    variant_title: str
    quantity: int
    unit_price_minor: int
    discount_minor: int
    offer: str | None


class Payment(msgspec.Struct, frozen=True):
    """What a provider carries: `url` is the page where the payer pays, `reason` why it failed or went back."""

    id: str
    provider: str
    state: PaymentState
    amount: Money
    refunded_minor: int
    reason: str | None
    url: str | None


class Order(msgspec.Struct, frozen=True, omit_defaults=True):
    """An order as its buyer sees it; times are RFC 3339. `payment` is named where a provider carries it.

    `held`: its goods are reserved until `expires_at`. Otherwise paying decides whether there are any left.
    `refunded_minor` is what was given back of the total.
    """

    id: str
    state: OrderState
    show: str | None
    lines: list[OrderLine]
    discount: Money
    coupon: str | None
    total: Money
    held: bool
    created_at: str
    expires_at: str | None
    paid_at: str | None
    fulfilled_at: str | None
    refunded_minor: int
    payment: Payment | None = None


class Wallet(msgspec.Struct, frozen=True):
    """What the person has, one amount a currency."""

    balances: list[Money]


class WaitPlace(msgspec.Struct, frozen=True):
    """One's place in the line of a variant or an offer, which holds `variants`; `show`: where one joined.

    `invited`: `units` are held for the person `until` then, for an order of these goods. `position` counts those who
    wait, from 1. The other states end the place.
    """

    id: str
    show: str
    variant: str | None
    offer: str | None
    variants: list[str]
    product: str
    title: str
    quantity: int
    units: int
    state: PlaceState
    position: int | None
    joined_at: str
    until: str | None


class Report(msgspec.Struct, frozen=True):
    """What one has reported: a `show`, a message in it, or a person; `target` is its id. Who decided is not told."""

    id: str
    show: str
    kind: ReportedKind
    target: str
    category: str
    text: str | None
    at: str
    state: CaseState
    outcome: Outcome | None
    decided_at: str | None


class PacketCondition(msgspec.Struct, frozen=True, omit_defaults=True):
    """What has to be done before a claim, all of it; `phrase` is to be said in the show's chat."""

    follow: bool = False
    phrase: str | None = None
    watched_s: int = 0
    bought: bool = False


class Luckiest(msgspec.Struct, frozen=True):
    """Who got the most so far; the name is shortened."""

    name: str
    amount: Money


class Packet(msgspec.Struct, frozen=True):
    """A red packet; of two, the one with the higher version is true. `ends_at`: the draw, or with speed the expiry."""

    id: str
    show: str
    sender: Named
    state: PacketState
    kind: SplitKind
    mode: DrawMode
    total: Money
    shares: int
    claimed: int
    claimed_total: Money
    refunded: Money
    entrants: int
    luckiest: Luckiest | None
    condition: PacketCondition | None
    # SHA-256 of the seed and all parameters: what the proof is held against.
    commitment: str
    opens_at: str
    ends_at: str
    closed_at: str | None
    version: int


class Gift(msgspec.Struct, frozen=True):
    """One of the catalogue; `icon` is an emoji."""

    id: str
    name: str
    icon: str
    price: Money


class GiftStreak(msgspec.Struct, frozen=True):
    """A gift, or so many of them in a row: `count` is all of the streak so far, `total` what they cost.

    It has ended when it is `final`, which it is some time after `ends_at` unless another one comes before.
    """

    streak: str
    show: str
    sender: Named = msgspec.field(name="from")
    gift: Gift
    count: int
    total: Money
    final: bool
    ends_at: str
    version: int
