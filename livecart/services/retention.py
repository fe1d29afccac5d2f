"""What is thrown away, and when: used keys, delivered news, sessions and bans' addresses that ran out, old chat, and
pictures of nothing."""

from __future__ import annotations

from livecart.domain.events import ShowEvent
from livecart.domain.ids import EventId, ShowId
from livecart.domain.show import OPEN_STATES
from livecart.services.pictures import ProductPictures
from livecart.services.store import Store, Transaction

# Where one day is promised, so that a client whose clock is off still finds its key.
KEYS_KEPT_MS = 48 * 3600 * 1000
NEWS_KEPT_MS = 24 * 3600 * 1000
_DAY_MS = 24 * 3600 * 1000
# One commit's worth: whoever writes a message meanwhile waits for no more than this.
AT_ONCE = 1_000


class Retention:
    """`chat_kept_days`: 0 keeps chat for good."""

    def __init__(self, store: Store, chat_kept_days: int = 0, pictures: ProductPictures | None = None) -> None:
        self._store = store
        self._chat_kept_ms = chat_kept_days * _DAY_MS
        self._pictures = pictures

    async def forget_old(self, now_ms: int) -> int:
        """Deletes what nobody can expect to be there any more; returns how many rows and files. Safe to run twice."""
        async with self._store.write() as tx:
            keys = await tx.keys.forget(now_ms - KEYS_KEPT_MS)
            news = await tx.outbox.forget(now_ms - NEWS_KEPT_MS)
            sessions = await tx.sessions.forget(now_ms)
            addresses = await tx.bans.forget_addresses(now_ms) + await tx.sanctions.forget_addresses(now_ms)
        chat = await self.forget_chat(now_ms)
        pictures = 0 if self._pictures is None else await self._pictures.forget_unused()
        return keys + news + sessions + addresses + chat + pictures

    async def forget_chat(self, now_ms: int) -> int:
        """What is older than its days, but nothing that a legal hold keeps; returns how many lines."""
        if not self._chat_kept_ms:
            return 0
        before_ms = now_ms - self._chat_kept_ms
        async with self._store.read() as tx:
            shows = await tx.chat_desks.pinning(before_ms)
        for show in shows:
            async with self._store.write() as tx:
                await _take_down(tx, show, before_ms, now_ms)
        forgotten = 0
        while True:
            async with self._store.write() as tx:
                counts = await tx.chat.forget(before_ms, AT_ONCE), await tx.held.forget(before_ms, AT_ONCE)
            forgotten += sum(counts)
            if max(counts) < AT_ONCE:
                return forgotten


async def _take_down(tx: Transaction, show_id: ShowId, before_ms: int, now_ms: int) -> None:
    """Takes a pinned message down that is about to be forgotten, and tells whoever sees it."""
    show = await tx.shows.get(show_id)
    rules = await tx.chat_desks.rules(show_id)
    if rules.pinned is None or (await tx.chat.get(show_id, rules.pinned)).at_ms >= before_ms:
        return
    rules = rules.pin(None)
    await tx.chat_desks.save_rules(show_id, rules)
    if show.state in OPEN_STATES:
        data = {"message": None, "version": rules.version}
        event_id = EventId(f"chat.pinned:{show_id}:{rules.version}")
        await tx.outbox.add(ShowEvent(event_id, show_id, "chat.pinned", data, now_ms))
