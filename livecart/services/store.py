"""The Store port: SQL as the use cases see it, a transaction and its repositories. adapters/sql/ implements it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from livecart.domain.events import ShowEvent
from livecart.domain.figures import Figures
from livecart.domain.ids import EventId, OrderId, PersonId, ProductId, ShowId
from livecart.domain.ledger import Account, Wallet
from livecart.domain.order import Order
from livecart.domain.people import Person
from livecart.domain.sessions import Ban, SignedIn
from livecart.domain.show import Bag, Show, ShowState
from livecart.services.store_agenda import Agenda
from livecart.services.store_eligibility import EligibilityRows
from livecart.services.store_gifts import Gifts
from livecart.services.store_live import LiveRows
from livecart.services.store_moderation import ModerationRows
from livecart.services.store_packets import Packets
from livecart.services.store_payments import PaymentRows
from livecart.services.store_retention import RetentionRows
from livecart.services.store_waitlist import Waitlists

if TYPE_CHECKING:  # it needs Page from here
    from livecart.services.store_calls import Calls
    from livecart.services.store_catalog import Carts, PeoplesPreferences, Products, Sales
    from livecart.services.store_chat import ChatDesks, ChatMessages
    from livecart.services.store_duels import Duels
    from livecart.services.store_filter import HeldLines, WordLists
    from livecart.services.store_offers import Coupons, Movements, Offers
    from livecart.services.store_reports import Reports, StaffGroups
    from livecart.services.store_taxonomy import Taxonomy
    from livecart.services.store_topics import Topics


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list: up to `limit` items that come after the item `after` (an id; ids sort by time)."""

    limit: int
    after: str | None = None
    oldest_first: bool = False


class Outbox(Protocol):
    """Events written in the same transaction as the change that they tell of; relayed after the commit."""

    async def add(self, *events: ShowEvent) -> None: ...

    async def unpublished(self, limit: int) -> Sequence[tuple[int, ShowEvent]]:
        """What is in the oldest rows that nobody has marked yet, each with its row's number, but no chat."""
        ...

    async def mark_published(self, ids: Sequence[int]) -> None: ...

    async def chat(
        self, limit: int, *, show: ShowId | None = None, before_ms: int | None = None
    ) -> Sequence[tuple[int, ShowEvent]]:
        """The oldest chat that is perhaps not told: of all shows or of one, at any time or older than `before_ms`."""
        ...

    async def untold(self, events: Sequence[EventId]) -> set[EventId]:
        """Those of the events that a relay will still publish, or publish again."""
        ...

    async def drop(self, ids: Sequence[int]) -> None:
        """Chat that was told, which needs no copy of what is in its own table."""
        ...

    async def forget(self, before_ms: int) -> int:
        """Deletes published rows that are older; returns how many. The others stay, however old."""
        ...


class People(Protocol):
    async def add(self, person: Person, password_hash: str, now_ms: int) -> None:
        """Raises ConflictError `handle_taken`."""
        ...

    async def get(self, person: PersonId) -> Person: ...

    async def many(self, people: Sequence[PersonId]) -> dict[PersonId, Person]: ...

    async def by_handle(self, handle: str) -> tuple[Person, str] | None:
        """The person and the password's hash."""
        ...

    async def by_handles(self, handles: Sequence[str]) -> Sequence[Person]:
        """In the order asked for; unknown handles are left out."""
        ...

    async def set_password(self, person: PersonId, password_hash: str) -> None: ...


class Sessions(Protocol):
    """Log-in sessions, known by the hash of their token."""

    async def add(self, token_hash: str, person: PersonId, now_ms: int, expires_at_ms: int) -> None: ...

    async def find(self, token_hashes: Sequence[str], now_ms: int) -> Mapping[str, SignedIn]:
        """Sessions by the hash of their token. Those that are unknown, over, or of somebody banned are left out."""
        ...

    async def alive(self, token_hashes: Sequence[str], now_ms: int) -> set[str]:
        """Those of the sessions that are neither unknown nor over; whether somebody is banned is not asked."""
        ...

    async def remove(self, token_hash: str) -> PersonId | None:
        """Whose session it was; None if there was none."""
        ...

    async def remove_all(self, person: PersonId) -> None: ...

    async def forget(self, expired_before_ms: int) -> int:
        """Deletes sessions that had expired by then; returns how many."""
        ...


class Bans(Protocol):
    """Bans as they were given; a person may have several. One that was lifted or has run out stays as a record."""

    async def add(self, ban: Ban) -> None: ...

    async def lift(self, person: PersonId, by: PersonId | None, now_ms: int) -> Ban | None:
        """Ends every ban that holds; the longest of them, or None if none did."""
        ...

    async def among(self, people: Sequence[PersonId], now_ms: int) -> dict[PersonId, Ban]:
        """Those of these people who are banned now, each with the ban that lasts longest."""
        ...

    async def unenforced(self) -> Sequence[Ban]:
        """Bans whose people may still have media sessions."""
        ...

    async def mark_enforced(self, bans: Sequence[str]) -> None: ...

    async def add_addresses(self, ban: str, digests: Sequence[str]) -> bool:
        """Addresses that a banned person was seen at; whether one of them is new."""
        ...

    async def addresses(self, now_ms: int) -> Mapping[str, int | None]:
        """The addresses of all who are banned now, each with the end of the ban that lasts longest."""
        ...

    async def forget_addresses(self, now_ms: int) -> int:
        """Deletes those of bans that are over; returns how many."""
        ...


class Shows(Protocol):
    async def add(self, show: Show, bag: Bag) -> None: ...

    async def get(self, show: ShowId) -> Show:
        """Raises NotFoundError. Inside `write` the row stays locked until the end."""
        ...

    async def save(self, show: Show) -> None: ...

    async def bag(self, show: ShowId) -> Bag: ...

    async def put_bag(self, show: ShowId, bag: Bag) -> None: ...

    async def selling(self, product: ProductId) -> Sequence[ShowId]:
        """The open shows that have the product in their bags, in order of their ids."""
        ...

    async def search(
        self, page: Page, *, creator: PersonId | None = None, states: Sequence[ShowState] = (), text: str = ""
    ) -> Sequence[Show]: ...


class Orders(Protocol):
    """Reading orders; they are changed through the Committer only."""

    async def get(self, order: OrderId) -> Order:
        """Raises NotFoundError."""
        ...

    async def of(self, buyer: PersonId, page: Page) -> Sequence[Order]: ...

    async def due(self, now_ms: int, limit: int) -> Sequence[OrderId]:
        """Reserved orders whose deadline has passed, the oldest first."""
        ...


class Wallets(Protocol):
    """Reading wallets and proceeds; they are changed through the Committer only."""

    async def of(self, person: PersonId) -> Wallet: ...

    async def proceeds(self, person: PersonId) -> Sequence[Account]:
        """What the person earned with goods and gifts, an account per currency."""
        ...


class Keys(Protocol):
    """Idempotency keys; they are used by the Committer."""

    async def forget(self, before_ms: int) -> int:
        """Deletes the keys that are older; returns how many."""
        ...


@dataclass(frozen=True, slots=True)
class Finding:
    """One invariant of the books: how many rows were looked at, those that break it, and its sums, as text."""

    invariant: str
    checked: int
    faults: tuple[str, ...]
    figures: tuple[str, ...] = ()


class Evidence(Protocol):
    async def findings(self) -> Sequence[Finding]:
        """Recomputes the books from entries, orders and stock movements, all of one moment."""
        ...


class Follows(Protocol):
    async def add(self, follower: PersonId, followed: PersonId, now_ms: int) -> None:
        """Following again changes nothing, not even since when."""
        ...

    async def remove(self, follower: PersonId, followed: PersonId) -> None: ...

    async def since(self, follower: PersonId, followed: PersonId) -> int | None:
        """In Unix milliseconds; None for whoever does not follow."""
        ...

    async def count(self, followed: PersonId) -> int: ...


class ShowFigures(Protocol):
    async def get(self, show: ShowId) -> Figures: ...

    async def add(self, told: Mapping[ShowId, Figures]) -> None:
        """Keeps the higher counts and adds the likes; shows that are not there are left out."""
        ...


class Transaction(LiveRows, Protocol):
    """The repositories of one transaction."""

    @property
    def agenda(self) -> Agenda: ...

    @property
    def people(self) -> People: ...

    @property
    def sessions(self) -> Sessions: ...

    @property
    def bans(self) -> Bans: ...

    @property
    def topics(self) -> Topics: ...

    @property
    def products(self) -> Products: ...

    @property
    def shows(self) -> Shows: ...

    @property
    def chat(self) -> ChatMessages: ...

    @property
    def chat_desks(self) -> ChatDesks: ...

    @property
    def follows(self) -> Follows: ...

    @property
    def figures(self) -> ShowFigures: ...

    @property
    def outbox(self) -> Outbox: ...

    @property
    def orders(self) -> Orders: ...

    @property
    def offers(self) -> Offers: ...

    @property
    def coupons(self) -> Coupons: ...

    @property
    def movements(self) -> Movements: ...

    @property
    def wallets(self) -> Wallets: ...

    @property
    def packets(self) -> Packets: ...

    @property
    def gifts(self) -> Gifts: ...

    @property
    def payments(self) -> PaymentRows: ...

    @property
    def keys(self) -> Keys: ...

    @property
    def evidence(self) -> Evidence: ...

    @property
    def log(self) -> ModerationRows: ...

    @property
    def carts(self) -> Carts: ...

    @property
    def sales(self) -> Sales: ...

    @property
    def preferences(self) -> PeoplesPreferences: ...

    @property
    def waitlists(self) -> Waitlists: ...

    @property
    def word_lists(self) -> WordLists: ...

    @property
    def held(self) -> HeldLines: ...

    @property
    def eligibility(self) -> EligibilityRows: ...

    @property
    def retention(self) -> RetentionRows: ...

    @property
    def reports(self) -> Reports: ...

    @property
    def staff_groups(self) -> StaffGroups: ...

    @property
    def taxonomy(self) -> Taxonomy: ...

    @property
    def calls(self) -> Calls: ...

    @property
    def duels(self) -> Duels: ...


class Store(Protocol):
    """SQL. `read` sees one state; `write` commits when the block ends and rolls back when it raises.

    Both raise UnavailableError when SQL is away.
    """

    def read(self) -> AbstractAsyncContextManager[Transaction]: ...

    def write(self) -> AbstractAsyncContextManager[Transaction]: ...
