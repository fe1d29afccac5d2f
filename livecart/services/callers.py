"""Publishing from the audience: a caller's token is good once, for his slot, as long as his call stands.

SQL is asked before and after the negotiation: whoever was put off the stage meanwhile has no session.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace

from livecart.domain.call import Call
from livecart.domain.errors import ConflictError, ForbiddenError, LivecartError, NotFoundError, UnavailableError
from livecart.domain.ids import CallId
from livecart.domain.show import Show
from livecart.services.call_book import CallBook
from livecart.services.ports import Clock, MediaGateway, Negotiated, PublishGrant
from livecart.services.store import Store, Transaction

# In the green room, until he is admitted.
GREEN_MS = 300_000
FREED_MS = 1_000


class Callers:
    def __init__(self, store: Store, clock: Clock, media: MediaGateway, book: CallBook) -> None:
        self._store = store
        self._clock = clock
        self._media = media
        self._book = book

    async def publish(self, grant: PublishGrant, show: Show, session: str, offer: str) -> Negotiated:
        """Raises ForbiddenError `call_state`, `token_used`, or for another slot; UnavailableError `slot_busy`."""
        await self._use(grant)
        try:
            sdp = await self._media.publish(show.id, session, grant.holder, offer, grant.slot)
        except ConflictError as error:
            await self._give_back(grant)
            # Whoever had the slot before is being put out of it.
            raise UnavailableError("the slot is not free yet", code="slot_busy", retry_after_ms=FREED_MS) from error
        except LivecartError:
            await self._give_back(grant)
            raise
        try:
            call = await self._arrive(grant, show)
        except LivecartError:
            with contextlib.suppress(LivecartError):
                await self._media.close(show.id, session)
            raise
        if call.seen or call.muted:
            # Jobs see to it if this fails.
            with contextlib.suppress(NotFoundError, UnavailableError):
                await self._media.stage(show.id, grant.slot, grant.holder, shown=call.seen, muted=call.muted)
        return sdp

    async def _use(self, grant: PublishGrant) -> None:
        async with self._store.write() as tx:
            call = await self._standing(tx, grant)
            if grant.number != call.publications + 1:
                raise ForbiddenError("this publish token was used already", code="token_used")
            await tx.calls.save(replace(call, publications=grant.number))

    async def _give_back(self, grant: PublishGrant) -> None:
        """Nothing came of it, so the same token may be tried again."""
        assert grant.call is not None
        async with self._store.write() as tx:
            await tx.calls.desk(grant.show)
            call = await tx.calls.get(CallId(grant.call))
            if call.publications == grant.number:
                await tx.calls.save(replace(call, publications=grant.number - 1))

    async def _arrive(self, grant: PublishGrant, show: Show) -> Call:
        async with self._store.write() as tx:
            before = await self._standing(tx, grant)
            call = before.arrived(self._clock.now_ms(), GREEN_MS)
            await self._book.change(tx, show, await tx.calls.desk(show.id), before, call)
        return call

    async def _standing(self, tx: Transaction, grant: PublishGrant) -> Call:
        """The grant's call, which still is on stage. Raises ForbiddenError."""
        assert grant.call is not None
        await tx.calls.desk(grant.show)
        try:
            call = await tx.calls.get(CallId(grant.call))
        except NotFoundError as error:
            raise ForbiddenError("the publish token is of no call", code="call_state") from error
        late = call.until_ms is not None and call.until_ms <= self._clock.now_ms()
        if not call.on_stage or late:
            raise ForbiddenError("this call is over", code="call_state")
        if (call.show, call.person, call.slot) != (grant.show, grant.holder, grant.slot):
            raise ForbiddenError("the publish token is of another slot")
        return call
