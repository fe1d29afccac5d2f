"""What live moderation needs of SQL: mutes and bans from shows, assistants, and what moderators do to a show."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from livecart.domain.ids import PersonId, ProductId, ShowId, TopicId
from livecart.domain.interventions import ClosedProduct, HostWarning, ShowStop
from livecart.domain.sanctions import Sanction, SanctionKind
from livecart.domain.staffing import Appointment, Duty
from livecart.services.store_referrals import Referrals
from livecart.services.store_reminders import Reminders
from livecart.services.store_stream_keys import StreamKeys


class Sanctions(Protocol):
    """Mutes and bans from one show, as they were given. One that was lifted or has run out stays as a record."""

    async def add(self, sanction: Sanction) -> None: ...

    async def lift(
        self, kind: SanctionKind, person: PersonId, show: ShowId | None, by: PersonId, now_ms: int
    ) -> Sequence[Sanction]:
        """Ends those of this kind that hold for the person there; answers them, the longest last."""
        ...

    async def of(self, person: PersonId, show: ShowId, now_ms: int) -> Sequence[Sanction]:
        """What holds for a person in a show, what holds everywhere included; the longest last."""
        ...

    async def in_show(self, kind: SanctionKind, show: ShowId, now_ms: int) -> Sequence[Sanction]:
        """What holds in a show alone, the oldest first."""
        ...

    async def holding(self, now_ms: int) -> Sequence[Sanction]:
        """All that hold, but those of shows that have ended."""
        ...

    async def unenforced(self) -> Sequence[Sanction]:
        """Bans whose people may still have media sessions in the show."""
        ...

    async def mark_enforced(self, ids: Sequence[str]) -> None: ...

    async def add_addresses(self, sanction: str, digests: Sequence[str]) -> bool:
        """Addresses that a banned person was seen at; whether one of them is new."""
        ...

    async def addresses(self, now_ms: int) -> Mapping[tuple[ShowId, str], int | None]:
        """Show and address of all whose ban holds, each with the end of the longest."""
        ...

    async def forget_addresses(self, now_ms: int) -> int:
        """Deletes those of bans that are over; returns how many."""
        ...


class Assistants(Protocol):
    async def put(self, appointment: Appointment) -> None:
        """In place of the one for the same creator, person and scope."""
        ...

    async def remove(self, creator: PersonId, person: PersonId, scopes: Collection[str]) -> int:
        """Returns how many there were."""
        ...

    async def of(self, creator: PersonId, show: ShowId) -> Sequence[Appointment]:
        """Those for this show and for all, the oldest first."""
        ...

    async def duties(self, creator: PersonId, show: ShowId, person: PersonId) -> frozenset[Duty]: ...

    async def standing(self) -> Sequence[Appointment]:
        """Those of creators who have an open show."""
        ...


class Interventions(Protocol):
    async def add_warning(self, warning: HostWarning) -> None: ...

    async def warning(self, show: ShowId, warning: str) -> HostWarning:
        """Raises NotFoundError."""
        ...

    async def save_warning(self, warning: HostWarning) -> None: ...

    async def warnings(self, show: ShowId) -> Sequence[HostWarning]:
        """The oldest first, those that were withdrawn included."""
        ...

    async def overdue(self, now_ms: int, limit: int) -> Sequence[HostWarning]:
        """Warnings of open shows whose deadline has passed."""
        ...

    async def for_topic(self, topic: TopicId) -> Sequence[HostWarning]:
        """What reviews of the topic left in open shows and nobody has withdrawn."""
        ...

    async def add_stop(self, stop: ShowStop) -> None: ...

    async def stop(self, show: ShowId) -> ShowStop | None: ...

    async def open_shows(self, topic: TopicId) -> Sequence[ShowId]:
        """The topic's shows that have not ended."""
        ...

    async def close_product(self, closed: ClosedProduct) -> None: ...

    async def closed_products(self, show: ShowId) -> Sequence[ClosedProduct]: ...

    async def unenforced_closures(self, limit: int) -> Sequence[tuple[ShowId, ProductId]]:
        """Closed products whose offers may still be open."""
        ...

    async def mark_closed(self, show: ShowId, product: ProductId) -> None: ...


class LiveRows(Protocol):
    """Part of a Transaction."""

    @property
    def sanctions(self) -> Sanctions: ...

    @property
    def assistants(self) -> Assistants: ...

    @property
    def interventions(self) -> Interventions: ...

    @property
    def referrals(self) -> Referrals: ...
    @property
    def stream_keys(self) -> StreamKeys: ...
    @property
    def reminders(self) -> Reminders: ...
