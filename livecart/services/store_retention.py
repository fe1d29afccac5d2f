"""What retention needs of SQL: legal holds, what is old enough to go, and the report of what went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from livecart.domain.ids import PersonId
from livecart.domain.legal_hold import HoldKind, LegalHold

if TYPE_CHECKING:  # it needs this Protocol for its Transaction
    from livecart.services.store import Page


class RecordKind(StrEnum):
    """What has a period of its own."""

    CHAT = "chat"
    ORDERS = "orders"
    TOP_UPS = "top_ups"
    GIFTS = "gifts"
    RED_PACKETS = "red_packets"
    FOLLOWS = "follows"
    CALLS = "calls"
    REPORTS = "reports"
    DECISIONS = "decisions"


# What the shop keeps of one person beside topics, shows, orders, chat and decisions.
OWN_KINDS = (
    "payment",
    "gift",
    "red_packet",
    "red_packet_share",
    "red_packet_entry",
    "call",
    "report",
    "held_message",
    "assistant",
    "reminder",
)


@dataclass(frozen=True, slots=True)
class Due:
    """So many records are older than their period; `held` more are, and a legal hold keeps them."""

    due: int
    held: int


@dataclass(frozen=True, slots=True)
class Purged:
    """What one run removed of one kind. What was older than `before_ms` went."""

    kind: RecordKind
    at_ms: int
    before_ms: int
    removed: int
    held: int


@dataclass(frozen=True, slots=True)
class PurgeTotal:
    removed: int
    last_at_ms: int


@dataclass(frozen=True, slots=True)
class PurgeRun:
    """One transaction of a purge. `id` names what it books."""

    id: str
    before_ms: int
    now_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMessage:
    """A line of chat as its author takes it along."""

    id: str
    show: str
    text: str
    at_ms: int
    deleted: bool


class RetentionRows(Protocol):
    async def place(self, hold: LegalHold) -> bool:
        """False if the same is on hold already."""
        ...

    async def lift(self, hold: str, by: PersonId, now_ms: int) -> LegalHold | None:
        """None if there is none of that id that holds."""
        ...

    async def holds(self, page: Page) -> Sequence[LegalHold]:
        """Those that hold."""
        ...

    async def must_stay(self, person: PersonId) -> bool:
        """Whether a hold, on him or on something that he had a part in, needs the person's name."""
        ...

    async def count_holds(self) -> int: ...

    async def exists(self, kind: HoldKind, subject: str) -> bool:
        """Whether there is such a person, show or order."""
        ...

    async def due(self, kind: RecordKind, before_ms: int) -> Due:
        """Of decisions: rows at the log's beginning; the last row always stays."""
        ...

    async def old(self, kind: RecordKind, before_ms: int, limit: int) -> Sequence[str]:
        """Some that may go, of a kind other than chat and decisions."""
        ...

    async def forget(self, kind: RecordKind, old: Sequence[str], run: PurgeRun) -> int:
        """Removes those that are still old and not held, or takes the people off them; returns how many.

        Entries on wallets move to the wallet of nobody, and one journal carries the sums back, so no balance changes.
        """
        ...

    async def first_held(self) -> int | None:
        """The number of the first row of the moderation log that a hold keeps."""
        ...

    async def forget_decisions(self, before_ms: int) -> int:
        """Decisions, and what followed from them and is over, whose rows of the log were purged; returns how many."""
        ...

    async def report(self, purged: Purged, purge_id: str) -> None: ...

    async def totals(self) -> Mapping[RecordKind, PurgeTotal]: ...

    async def leave(self, person: PersonId) -> None:
        """Takes the name off an account, and all that is the person's alone."""
        ...

    async def followed(self, person: PersonId) -> Sequence[tuple[str, int]]:
        """Handles of those whom the person follows, each with since when."""
        ...

    async def own(self, kind: str, person: PersonId, page: Page) -> Sequence[Mapping[str, Any]]:
        """Records of one of OWN_KINDS, each with an `id`; names that end in `_ms` are times."""
        ...

    async def messages(self, person: PersonId, page: Page) -> Sequence[OwnMessage]:
        """What the person wrote in all chats."""
        ...
