"""What signaling needs from outside: who somebody is, the use cases, and the room's news (services/ports.py)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Any, Protocol

from livecart.domain.events import LogPosition
from livecart.domain.figures import Figures
from livecart.domain.ids import PersonId, ProductId, ShowId
from livecart.domain.limits import Rate
from livecart.domain.people import Person
from livecart.domain.sessions import Ending, SignedIn
from livecart.domain.staffing import Duty
from livecart.services.bans import Bans
from livecart.services.calls import Calls
from livecart.services.canned import CannedReplies
from livecart.services.captions import Captions
from livecart.services.chat import Chat
from livecart.services.chat_staff import ChatStaff
from livecart.services.duels import Duels
from livecart.services.gifts import Gifts
from livecart.services.guesses import CouponGuesses
from livecart.services.interventions import Interventions
from livecart.services.offers import Offers
from livecart.services.rates import CALLS, GIFTS, PACKETS, REPORTS, WAITLIST
from livecart.services.red_packets import RedPackets
from livecart.services.reports import Reports
from livecart.services.room import Room
from livecart.services.sanctions import Sanctions
from livecart.services.standings import Standings
from livecart.services.waitlist import Waitlist
from livecart.services.wishes import Wish
from signaling.codec import Codec
from signaling.errors import CloseCode
from signaling.outbox import Outbox

Authenticate = Callable[[str], Awaitable[SignedIn | None]]
"""token -> its session, or None if it is unknown or over."""

FindEnded = Callable[[Sequence[SignedIn]], Awaitable[Mapping[str, Ending]]]
"""sessions -> those of them that are over, and why."""

ShowProduct = Callable[[Person, ShowId, ProductId | None], Awaitable[dict[str, Any]]]
"""person, show, product -> the show's view."""

PlaceOrder = Callable[[Person, str, Wish], Awaitable[dict[str, Any]]]
"""person, key, what is wanted -> the order's view."""


ChooseQuality = Callable[[ShowId, str, str], Awaitable[None]]
"""show, media session, layer."""

ArrangeTiles = Callable[[ShowId, str, Sequence[str]], Awaitable[None]]
"""show, media session, how large each slot is shown."""

KeepFigures = Callable[[Mapping[ShowId, Figures]], Awaitable[None]]
"""What came to each show's figures since the last time."""


class BannedAddresses(Protocol):
    """Where people who are banned were connected: guests from there are refused."""

    def refuses(self, address: str) -> bool: ...

    async def look(self) -> None:
        """Reads them again. Raises UnavailableError."""
        ...

    async def note(self, person: PersonId, addresses: Collection[str]) -> None:
        """Raises UnavailableError."""
        ...


@dataclass(frozen=True, slots=True)
class Moderating:
    """What a show's staff and the moderators do to people and shows."""

    standings: Standings
    sanctions: Sanctions
    bans: Bans
    interventions: Interventions


@dataclass(frozen=True, slots=True)
class UseCases:
    authenticate: Authenticate
    find_ended: FindEnded
    room: Room
    chat: Chat
    show_product: ShowProduct
    place_order: PlaceOrder
    choose_quality: ChooseQuality
    chat_staff: ChatStaff
    canned: CannedReplies
    keep_figures: KeepFigures
    banned_addresses: BannedAddresses
    offers: Offers
    packets: RedPackets
    gifts: Gifts
    coupon_guesses: CouponGuesses
    waitlist: Waitlist
    moderating: Moderating
    reports: Reports
    calls: Calls
    arrange_tiles: ArrangeTiles
    captions: Captions
    duels: Duels


# The defaults of the design; likes are counted one by one.
CHAT = Rate(3, 10)
LIKES = Rate(10, 100)
ORDERS = Rate(5, 5)
QUALITY = Rate(2, 5)
# A page says it again when its layout changes; the speaker changes every two seconds at most.
TILES = Rate(2, 10)
# What a speech recogniser corrects as it goes.
CAPTIONS = Rate(4, 8)
STAFF = Rate(5, 15)
MESSAGES = Rate(10, 20)
SOCKETS = Rate(50, 1_000)
JOINS = Rate(1_500, 3_000)


@dataclass(frozen=True, slots=True)
class LimitOptions:
    """Rate limits. `exempt` networks have no rate limits, for load tests from one machine."""

    chat_per_person: Rate = CHAT
    likes_per_person: Rate = LIKES
    orders_per_person: Rate = ORDERS
    quality_per_person: Rate = QUALITY
    chat_changes_per_person: Rate = STAFF
    packets_per_person: Rate = PACKETS
    gifts_per_person: Rate = GIFTS
    waitlist_per_person: Rate = WAITLIST
    reports_per_person: Rate = REPORTS
    calls_per_person: Rate = CALLS
    tiles_per_person: Rate = TILES
    captions_per_person: Rate = CAPTIONS
    messages_per_socket: Rate = MESSAGES
    sockets_per_address: Rate = SOCKETS
    joins: Rate = JOINS
    exempt: tuple[IPv4Network | IPv6Network, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """`allowed_origins`: origins besides the server's own, such as https://shop.example."""

    cookie_name: str
    allowed_origins: frozenset[str] = frozenset()
    limits: LimitOptions = LimitOptions()


@dataclass(frozen=True, slots=True)
class Part:
    """As what a socket is in its show: the host, and staff that came in `unseen`, are no viewers; `duties` are what the
    person may do there as its staff."""

    hosting: bool = False
    unseen: bool = False
    duties: frozenset[Duty] = frozenset()

    @property
    def counts(self) -> bool:
        """Whether it is one of the viewers, and told of when it comes."""
        return not (self.hosting or self.unseen)


VIEWER = Part()


class Member(Protocol):
    """A socket as the hub sees it. Every call returns at once."""

    codec: Codec
    outbox: Outbox
    person: Person | None
    # From a network without rate limits.
    exempt: bool
    part: Part
    # What is up to here was in the answer to its join.
    floor: LogPosition

    @property
    def address(self) -> str: ...

    @property
    def guest(self) -> str:
        """Tells one guest from another, roughly."""
        ...

    def write(self, frame: bytes) -> None:
        """Does nothing on a socket that is closing."""
        ...

    def buffered(self) -> int: ...

    def end(self, code: CloseCode) -> None: ...


def person_id(member: Member) -> PersonId | None:
    return None if member.person is None else member.person.id
