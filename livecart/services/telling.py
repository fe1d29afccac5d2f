"""Telling a room what was kept in SQL: at once if Redis is there, else as soon as it is, and in order either way.

A line waits in the outbox from its commit on, so whatever happens here delays it and never loses it: jobs tell what is
left behind, also when this process is killed.
"""

from __future__ import annotations

from livecart.domain.errors import UnavailableError
from livecart.domain.events import ShowEvent
from livecart.domain.ids import ShowId
from livecart.services.ports import ShowLog
from livecart.services.relaying import OutboxRelay
from livecart.services.store import Store

SHOWS_KEPT = 10_000


class Telling:
    """One for all chat of a process, so that what one person says through it keeps its order."""

    def __init__(self, store: Store, log: ShowLog) -> None:
        self._relay = OutboxRelay(store, log)
        self._log = log
        # The log that each show was last told in. A new one lacks what was told just before it began.
        self._epochs: dict[ShowId, str] = {}
        self._behind: set[ShowId] = set()
        self._catching_up: set[ShowId] = set()
        self._more: set[ShowId] = set()

    async def tell(self, show: ShowId, event: ShowEvent) -> None:
        """Returns when the event was told, or when it is certain that it will be."""
        if show not in self._behind:
            known = self._epochs.get(show)
            try:
                epoch = (await self._log.publish(event, epoch=known)).epoch
            except UnavailableError:
                self._behind.add(show)
                return
            if known is None or epoch == known:
                self._note(show, epoch)
                return
            self._behind.add(show)
        await self.catch_up(show)

    async def catch_up(self, show: ShowId) -> None:
        """Tells all that waits. One caller does it for all; the others' lines are kept, and will be told."""
        self._more.add(show)
        if show in self._catching_up:
            return
        self._catching_up.add(show)
        try:
            while show in self._more:
                self._more.discard(show)
                epoch = await self._relay.tell_show(show)
                if epoch is not None:
                    self._note(show, epoch)
            self._behind.discard(show)
        except UnavailableError:
            self._behind.add(show)
        finally:
            self._more.discard(show)
            self._catching_up.discard(show)

    def _note(self, show: ShowId, epoch: str) -> None:
        self._epochs[show] = epoch
        if len(self._epochs) > SHOWS_KEPT:
            del self._epochs[next(iter(self._epochs))]
