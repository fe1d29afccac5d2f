"""Links to shows that people pass on: who came by whose, and what the host is told of it."""

from __future__ import annotations

from typing import Any

from livecart.domain.errors import ConflictError, ForbiddenError, NotFoundError
from livecart.domain.ids import ShowId
from livecart.domain.people import Permission, Person
from livecart.services.ports import Clock, Limits
from livecart.services.store import Store
from livecart.services.views import person_view

TOP = 10


class Sharing:
    def __init__(self, store: Store, clock: Clock, limits: Limits) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits

    async def came(self, person: Person, show_id: ShowId, handle: str, *, address: str) -> dict[str, Any]:
        """Keeps whose link brought the person; the first one stays. Answers that one.

        Raises NotFoundError, ConflictError `own_link`, LimitedError.
        """
        await self._limits.check("referral", person.id, address=address)
        await self._limits.count("referral", person.id, address=address)
        async with self._store.write() as tx:
            show = await tx.shows.get(show_id)
            show.require_open()
            found = await tx.people.by_handles([handle.lower()])
            if not found:
                raise NotFoundError("nobody has this handle")
            # The host is in his show by himself, and nobody brings himself.
            if person.id in {found[0].id, show.creator}:
                raise ConflictError("nobody is brought by his own link", code="own_link")
            await tx.referrals.add(show_id, person.id, found[0].id, self._clock.now_ms())
            first = await tx.referrals.by(show_id, person.id) or found[0].id
            return {"by": person_view((await tx.people.many([first]))[first])}

    async def brought(self, person: Person, show_id: ShowId) -> dict[str, Any]:
        """How many came by links, and by whose. Raises NotFoundError, ForbiddenError."""
        async with self._store.read() as tx:
            show = await tx.shows.get(show_id)
            if show.creator != person.id and not person.may(Permission.MODERATE_CHAT):
                raise ForbiddenError("only the host and moderators see this")
            top = await tx.referrals.brought(show_id, TOP)
            people = await tx.people.many([by for by, _ in top])
            return {
                "people": await tx.referrals.count(show_id),
                "top": [{"user": person_view(people[by]), "people": number} for by, number in top],
            }
