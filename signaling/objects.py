"""The nouns of the shop as messages carry them: people, goods, shows, orders. Their values come from services/views.py.

Each becomes a TypeScript interface of its name; see schema.py.
"""

from __future__ import annotations

import msgspec

from livecart.domain.chat_rules import Links, Speakers
from livecart.domain.order import OrderState
from livecart.domain.people import Role
from livecart.domain.show import ShowState, ViewersPolicy


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
    """One line of chat. `mentions` are the people whose handles stand in it."""

    id: str
    author: Author
    text: str
    at_ms: int
    reply_to: ReplyTo | None = None
    mentions: list[Person] = []


class ChatRules(msgspec.Struct, frozen=True):
    """How a show's chat is used; of two, the one with the higher version is true.

    `slow_s` are the seconds between two messages of a person. `host` and `staff` are the host and moderators.
    """

    version: int
    slow_s: int
    links: Links
    who: Speakers


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
    """`showing` is the id of the product that is being shown; times are RFC 3339."""

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


class OrderLine(msgspec.Struct, frozen=True):
    variant: str
    product: str
    title: str
    variant_title: str
    quantity: int
    unit_price_minor: int


class Order(msgspec.Struct, frozen=True):
    """An order as its buyer sees it; times are RFC 3339."""

    id: str
    state: OrderState
    show: str | None
    lines: list[OrderLine]
    total: Money
    created_at: str
    expires_at: str | None
    paid_at: str | None


class Wallet(msgspec.Struct, frozen=True):
    """What the person has, one amount a currency."""

    balances: list[Money]


class You(msgspec.Struct, frozen=True):
    """Who the socket is, and what that person may do in this show."""

    user: User | None
    guest: bool
    permissions: list[str]
    host: bool
