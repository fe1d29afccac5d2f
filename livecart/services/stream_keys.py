"""A show's key for encoders: made, made anew, taken away, and asked for at each publication.

A key says its number and SQL says which number is good, so that one is over at once in every process. What was begun
with a key ends with it: whoever renews a key that leaked wants the stranger's stream to stop. The token of the host's
page is another thing, which no page shows: a new key must not cut off a host who is live there. A publication is noted
before it is negotiated and its key asked for once more after: of two at the same time, one sees the other.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any

from livecart.domain.errors import LivecartError, NotFoundError, UnauthenticatedError
from livecart.domain.ids import ShowId
from livecart.domain.people import Person
from livecart.domain.show import Show
from livecart.domain.stream_key import StreamKey
from livecart.services.ports import Clock, MediaGateway, Negotiated, PublishGrant, PublishTokens
from livecart.services.shows import own_show
from livecart.services.store import Store, Transaction
from livecart.services.views import rfc3339

KEY_MS = 24 * 3600 * 1000


class StreamKeys:
    def __init__(self, store: Store, clock: Clock, media: MediaGateway, grants: PublishTokens) -> None:
        self._store = store
        self._clock = clock
        self._media = media
        self._grants = grants

    async def view(self, person: Person, show: ShowId) -> dict[str, Any] | None:
        """When the key was made and until when it is good, without the key; None: there is none."""
        async with self._store.read() as tx:
            await own_show(tx, person, show)
            return self._view(await tx.stream_keys.of(show))

    async def renew(self, person: Person, show_id: ShowId) -> tuple[dict[str, Any] | None, str]:
        """The key's view and the key itself, which nobody is told again.

        Raises NotFoundError, ForbiddenError, ConflictError `show_ended`; UnavailableError if what was begun with the
        key before may still be sent: the same again ends it.
        """
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            show = await own_show(tx, person, show_id)
            show.require_open()
            key = (await tx.stream_keys.of(show_id)).renewed(now_ms)
            await tx.stream_keys.save(key)
        await self._stop(key)
        grant = PublishGrant(show.id, show.creator, show.topic_version, now_ms + KEY_MS, key=key.number)
        return self._view(key), self._grants.issue(grant)

    async def remove(self, person: Person, show_id: ShowId) -> None:
        """Raises as `renew`; taking away what is not there changes nothing."""
        async with self._store.write() as tx:
            await own_show(tx, person, show_id)
            key = await tx.stream_keys.of(show_id)
            if key.made_at_ms is not None:
                key = key.removed()
                await tx.stream_keys.save(key)
        await self._stop(key)

    async def publish(self, grant: PublishGrant, show: Show, session: str, offer: str) -> Negotiated:
        """Raises UnauthenticatedError `key_ended`."""
        async with self._store.write() as tx:
            key = await self._good(tx, grant)
            await tx.stream_keys.save(replace(key, session=session))
        sdp = await self._media.publish(show.id, session, grant.holder, offer)
        try:
            async with self._store.read() as tx:
                await self._good(tx, grant)
        except LivecartError:
            with contextlib.suppress(LivecartError):
                await self._media.close(show.id, session)
            raise
        return sdp

    async def _good(self, tx: Transaction, grant: PublishGrant) -> StreamKey:
        await tx.shows.get(grant.show)
        key = await tx.stream_keys.of(grant.show)
        if grant.key is None or not key.fits(grant.key):
            raise UnauthenticatedError("this key has been replaced or taken away", code="key_ended")
        return key

    async def _stop(self, key: StreamKey) -> None:
        """Ends what was begun with the key before this one."""
        if key.session is None:
            return
        # It may have ended by itself.
        with contextlib.suppress(NotFoundError):
            await self._media.close(key.show, key.session)
        async with self._store.write() as tx:
            await tx.shows.get(key.show)
            now = await tx.stream_keys.of(key.show)
            # The new key may have begun something meanwhile.
            if now.session == key.session:
                await tx.stream_keys.save(replace(now, session=None))

    def _view(self, key: StreamKey) -> dict[str, Any] | None:
        if key.made_at_ms is None or key.made_at_ms + KEY_MS <= self._clock.now_ms():
            return None
        return {"made_at": rfc3339(key.made_at_ms), "expires_at": rfc3339(key.made_at_ms + KEY_MS)}
