"""Signing the moderation log's head now and then, and purging its oldest rows behind a signed anchor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from livecart.domain.errors import ConflictError
from livecart.domain.log_check import ChainCheck
from livecart.domain.moderation_log import Mark, MarkKind, Ruling, RulingKind
from livecart.services.ports import Clock
from livecart.services.ports_log import MarkCopies, MarkKey
from livecart.services.store import Store, Transaction

# One SELECT's worth of rows; between two of them others get their turn.
AT_ONCE = 500
# Each head stands for all rows before it, so a few show since when a log is another one.
HEADS_KEPT = 64
# Where no hold keeps anything.
NO_END = 2**62


class LogMarks:
    """Safe to run twice and on two machines: the same head signed twice is the same mark."""

    def __init__(self, store: Store, clock: Clock, key: MarkKey, copies: MarkCopies) -> None:
        self._store = store
        self._clock = clock
        self._key = key
        self._copies = copies

    async def sign(self) -> bool:
        """Signs the head if it is a new one, and copies what the file lacks; whether it was new.

        Raises UnavailableError, ConflictError `copies_damaged`, and `log_broken` rather than sign a log that is another
        than the one that was signed before.
        """
        if self._key.public is None:
            return False
        ours = {self._key.public}
        copies = await self._copies.read()
        async with self._store.read() as tx:
            # In this order: another process may sign a newer head meanwhile.
            marks = believed(await tx.log.marks(), self._key, ours)
            head = await tx.log.head()
            await _require_same(tx, [*believed(copies[-1:], self._key, ours), *marks[-1:]], head, newest_anchor(marks))
        fresh: list[Mark] = []
        if head is not None and head[0] > max([mark.number for mark in marks], default=0):
            fresh.append(self._key.signed(Mark(MarkKind.HEAD, *head, self._clock.now_ms(), 0)))
            async with self._store.write() as tx:
                await tx.log.add_mark(fresh[0])
                await tx.log.drop_heads(HEADS_KEPT)
        # The copies are believed more than SQL, so nothing gets there that is not ours.
        last = copies[-1].number if copies else -1
        await self._copies.add([mark for mark in (*marks, *fresh) if mark.number > last])
        return bool(fresh)

    async def purge(self, before_ms: int) -> int:
        """Removes the rows at the log's beginning that are all older; returns how many. The last row always stays.

        It stops before the first row that a legal hold keeps. What goes is checked first, so that a purge hides
        nothing. Raises ConflictError `log_broken`, `no_key`.
        """
        if self._key.public is None:
            raise ConflictError("a purge leaves a signed anchor, and there is no secret to sign with", code="no_key")
        async with self._store.read() as tx:
            marks = await self._believed(tx)
            head = await tx.log.head()
            last = await tx.log.last_before(before_ms)
            last = min(last, head[0] - 1, await _last_free(tx)) if head else 0
            anchor = newest_anchor(marks)
            if last <= (anchor.number if anchor else 0):
                return 0
            try:
                checked = await self._checked(tx, anchor, marks, last)
            except ConflictError:
                if newest_anchor(await self._believed(tx)) == anchor:
                    raise
                # Not broken: another purge has cut it meanwhile.
                return 0
        return await self._cut(checked)

    async def purged_before(self) -> int:
        """Every row that purges took was older; 0 if there was none."""
        if self._key.public is None:
            return 0
        async with self._store.read() as tx:
            anchor = newest_anchor(await self._believed(tx))
        return 0 if anchor is None else anchor.before_ms

    async def _believed(self, tx: Transaction) -> Sequence[Mark]:
        assert self._key.public is not None
        return believed(await tx.log.marks(), self._key, {self._key.public})

    async def _cut(self, last: Mark) -> int:
        """Removes the rows up to an anchor that is not signed yet; 0 if a hold was placed meanwhile."""
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            # Whoever places a hold appends to the log: with its head locked, none comes between the look and the cut.
            await tx.log.head()
            if await _last_free(tx) < last.number:
                return 0
            purged = await tx.log.purge(last.number)
            if purged:
                await tx.log.add_mark(self._key.signed(replace(last, at_ms=now_ms)))
                ruling = Ruling(kind=RulingKind.LOG_PURGED, at_ms=now_ms, by=None, subject=f"log:{last.number}")
                await tx.log.append(ruling)
        await self.sign()
        return purged

    async def _checked(self, tx: Transaction, anchor: Mark | None, marks: Sequence[Mark], last: int) -> Mark:
        """An anchor for row `last`. Raises ConflictError `log_broken` if one up to it is not what it was."""
        check = ChainCheck(anchor, {number: found for number, found in signed_heads(marks).items() if number <= last})
        after, hash_ = anchor.number if anchor else 0, ""
        newest_ms = anchor.before_ms - 1 if anchor else 0
        while after < last and (links := await tx.log.links(after, min(AT_ONCE, last - after))):
            for link in links:
                check.see(link)
            newest_ms = max(newest_ms, *(link.entry.at_ms for link in links))
            after, hash_ = links[-1].entry.number, links[-1].hash
        faults = check.finish((last, hash_))
        if faults:
            raise ConflictError(f"the moderation log is broken and not purged: {faults[0]}", code="log_broken")
        # Not the time that was asked for: a hold may have stopped the purge long before it.
        return Mark(MarkKind.ANCHOR, last, hash_, 0, newest_ms + 1)


async def _last_free(tx: Transaction) -> int:
    """The last row before the first one that a hold keeps."""
    held = await tx.retention.first_held()
    return NO_END if held is None else held - 1


async def _require_same(
    tx: Transaction, marks: Iterable[Mark], head: tuple[int, str] | None, anchor: Mark | None
) -> None:
    """Raises ConflictError `log_broken` unless the rows that were signed last are still these."""
    for mark in marks:
        if mark.kind is MarkKind.ANCHOR or (anchor is not None and mark.number <= anchor.number):
            continue
        links = await tx.log.links(mark.number - 1, 1)
        if head is None or head[0] < mark.number or [link.hash for link in links] != [mark.hash]:
            raise ConflictError(
                f"the moderation log is not signed: row {mark.number} is not what was signed before; "
                "`livecart audit` says more",
                code="log_broken",
            )


def believed(marks: Iterable[Mark], key: MarkKey, trusted: set[str]) -> list[Mark]:
    """Those that one of the trusted keys has signed."""
    return [mark for mark in marks if mark.key in trusted and key.is_signed(mark)]


def newest_anchor(marks: Iterable[Mark]) -> Mark | None:
    anchors = [mark for mark in marks if mark.kind is MarkKind.ANCHOR]
    return max(anchors, key=lambda mark: mark.number, default=None)


def signed_heads(marks: Iterable[Mark]) -> dict[int, frozenset[str]]:
    found: dict[int, frozenset[str]] = {}
    for mark in marks:
        if mark.kind is MarkKind.HEAD:
            found[mark.number] = found.get(mark.number, frozenset()) | {mark.hash}
    return found
