"""The moderation log's part of the audit: the chain, what was signed of it, and the words beside it."""

from __future__ import annotations

from collections.abc import Sequence

from livecart.domain.errors import ConflictError
from livecart.domain.log_check import ChainCheck
from livecart.domain.moderation_log import Mark, MarkKind
from livecart.services.log_marks import AT_ONCE, believed, newest_anchor, signed_heads
from livecart.services.ports_log import MarkCopies, MarkKey
from livecart.services.store import Finding, Transaction

CHAIN = "the moderation log is whole and unchanged"
MARKS = "the moderation log's heads are signed by this shop"
WORDS = "words beside the moderation log are as written"
FAULTS_MAX = 20


class LogProof:
    def __init__(self, key: MarkKey, copies: MarkCopies) -> None:
        self._key = key
        self._copies = copies

    async def copied(self) -> tuple[list[Mark], list[str]]:
        """The copies of marks, to be read before the database is, and the faults of their file.

        In the other order a head that is signed meanwhile would look as if rows were missing.
        """
        try:
            return list(await self._copies.read()), []
        except ConflictError as error:
            return [], [error.message]

    async def findings(self, tx: Transaction, copies: Sequence[Mark], damage: Sequence[str]) -> list[Finding]:
        """All of one moment, whatever the log's length: it is read in pieces."""
        kept = await tx.log.marks()
        # Whoever can write to SQL cannot write to the file, so its keys are ours, also those before a new secret.
        trusted = {mark.key for mark in copies} | ({self._key.public} if self._key.public else set())
        good = believed([*kept, *copies], self._key, trusted)
        unsigned = self._unsigned(kept, copies, trusted)
        return [
            *await _rows(tx, good),
            Finding(MARKS, len(kept), (*damage, *unsigned), _figures(good, known=bool(trusted))),
        ]

    def _unsigned(self, kept: Sequence[Mark], copies: Sequence[Mark], trusted: set[str]) -> list[str]:
        if not trusted:
            return []
        wrong = [(each, "") for each in kept if not believed([each], self._key, trusted)]
        wrong += [(each, " of the copies") for each in copies if not self._key.is_signed(each)]
        return [f"{each.kind.value} {each.number}{where} is not signed with a key of ours" for each, where in wrong]


async def _rows(tx: Transaction, marks: Sequence[Mark]) -> list[Finding]:
    """The chain and the words, read together."""
    anchor = newest_anchor(marks)
    first = anchor.number if anchor else 0
    check = ChainCheck(anchor, {number: found for number, found in signed_heads(marks).items() if number > first})
    strays = await tx.log.stray_words(FAULTS_MAX)
    wrong = [f"there are words of row {number}, which is not there" for number in strays]
    after = words = 0
    while links := await tx.log.links(after, AT_ONCE):
        for link in links:
            check.see(link)
        hashes = {link.entry.number: link.entry.words_hash for link in links}
        found = await tx.log.words(list(hashes))
        words += len(found)
        # Words that were deleted are no fault.
        wrong += [f"the words of row {n} were changed" for n, kept in found.items() if kept.hash() != hashes[n]]
        after = links[-1].entry.number
    broken = check.finish(await tx.log.head())
    return [Finding(CHAIN, check.checked, tuple(map(str, broken))), Finding(WORDS, words, tuple(wrong))]


def _figures(good: Sequence[Mark], *, known: bool) -> tuple[str, ...]:
    if not known:
        return ("not checked: this process has neither the secret nor a copy of signed heads",)
    anchor = newest_anchor(good)
    last = max((mark.number for mark in good if mark.kind is MarkKind.HEAD), default=0)
    purged = f", purged up to row {anchor.number}" if anchor else ""
    return (f"signed up to row {last}{purged}",)
