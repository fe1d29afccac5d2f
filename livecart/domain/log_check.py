"""Whether a moderation log is what it was: every row in its place, unchanged, and none missing.

Fed row by row in the order of their numbers, so that a log of any length can be checked. What a signature proves is
decided before: the marks that come in here are believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from livecart.domain.moderation_log import GENESIS, Link, Mark, chained

# More broken rows than this are counted, but where each of them belongs is not looked for.
LOOKED_INTO = 20
_KEPT = 1_000


class FaultKind(StrEnum):
    CHANGED = "changed"
    REMOVED = "removed"
    MOVED = "moved"
    REWRITTEN = "rewritten"
    HEAD = "head"


@dataclass(frozen=True, slots=True)
class LogFault:
    """Rows `first` to `last` are not what they were."""

    kind: FaultKind
    first: int
    last: int
    # Where a moved row stood before.
    place: int = 0

    def __str__(self) -> str:
        rows = f"row {self.first}" if self.first == self.last else f"rows {self.first} to {self.last}"
        match self.kind:
            case FaultKind.CHANGED if self.first < self.last:
                return f"row {self.last} was changed, or row {self.first} together with its hash"
            case FaultKind.CHANGED:
                return f"{rows} was changed"
            case FaultKind.REMOVED:
                return f"{rows} {'was' if self.first == self.last else 'were'} removed"
            case FaultKind.MOVED:
                return f"{rows} stands in another's place: it was row {self.place}"
            case FaultKind.REWRITTEN:
                return f"{rows} and what follows: rewritten after row {self.last} was signed"
            case FaultKind.HEAD:
                return f"the head is not row {self.first}, the last one"


@dataclass(slots=True)
class _Broken:
    link: Link
    # What the hash before it may have been.
    before: tuple[str, ...]


@dataclass(slots=True)
class ChainCheck:
    """`see` every row, then `finish`. `anchor`: the rows up to it were purged. `heads`: signed ones, by number."""

    anchor: Mark | None
    heads: Mapping[int, frozenset[str]]
    checked: int = 0
    _faults: list[LogFault] = field(default_factory=list)
    _broken: list[_Broken] = field(default_factory=list)
    _number: int = 0
    # What the hash of the row before may be: as it is kept, and as it should be. None: that row is missing.
    _before: tuple[str, ...] | None = None
    _signed: int = 0
    _rewritten: bool = False

    def __post_init__(self) -> None:
        self._number = self._signed = 0 if self.anchor is None else self.anchor.number
        self._before = (GENESIS if self.anchor is None else self.anchor.hash,)

    def see(self, link: Link) -> None:
        number = link.entry.number
        if number != self._number + 1:
            self._faults.append(LogFault(FaultKind.REMOVED, self._number + 1, number - 1))
            self._before = None
        computed = tuple(chained(before, link.entry) for before in self._before or ())
        good = self._before is None or link.hash in computed
        if not good and len(self._broken) < _KEPT:
            self._broken.append(_Broken(link, self._before or ()))
        if good:
            self._compare(link)
        self._before = (link.hash,) if good else (link.hash, *computed)[:LOOKED_INTO]
        self._number = number
        self.checked += 1

    def finish(self, head: tuple[int, str] | None) -> list[LogFault]:
        """All faults, in the order of their rows. `head` is the number and hash that the log says are its last."""
        faults = [*self._faults, *self._places()]
        last = max([number for number in self.heads if number > self._number], default=self._number)
        last = max(last, self._number if head is None else head[0])
        if last > self._number:
            faults.append(LogFault(FaultKind.REMOVED, self._number + 1, last))
        elif self._number and not self._is_head(head):
            faults.append(LogFault(FaultKind.HEAD, self._number, self._number))
        return sorted(faults, key=lambda fault: fault.first)

    def _is_head(self, head: tuple[int, str] | None) -> bool:
        return head is not None and head[0] == self._number and (self._before is None or head[1] in self._before)

    def _compare(self, link: Link) -> None:
        """A row that follows from the one before may still be another than the one that was signed."""
        number = link.entry.number
        signed = self.heads.get(number)
        if signed is None or self._rewritten:
            return
        if signed == {link.hash}:
            self._signed = number
            return
        self._rewritten = True
        self._faults.append(LogFault(FaultKind.REWRITTEN, self._signed + 1, number))

    def _places(self) -> Iterator[LogFault]:
        """What happened to each row that does not follow from the one before."""
        broken = self._broken[:LOOKED_INTO]
        hashes = {each.link.hash for each in broken} | {one for each in broken for one in each.before}
        for each in broken:
            entry = each.link.entry
            # It follows from a row that stands elsewhere now: that one is at fault.
            if any(chained(before, entry) == each.link.hash for before in hashes):
                continue
            place = self._place(each.link, broken, hashes)
            if place is not None:
                yield LogFault(FaultKind.MOVED, entry.number, entry.number, place)
            else:
                yield self._changed(entry.number)
        for each in self._broken[LOOKED_INTO:]:
            yield self._changed(each.link.entry.number)

    def _changed(self, number: int) -> LogFault:
        """Whoever changes a row and computes its hash anew breaks the row behind it, unless there is none before."""
        purged = 0 if self.anchor is None else self.anchor.number
        return LogFault(FaultKind.CHANGED, max(number - 1, purged + 1), number)

    def _place(self, link: Link, broken: Iterable[_Broken], hashes: set[str]) -> int | None:
        """The number under which this row follows from one of `hashes` and has one of them."""
        for other in broken:
            number = other.link.entry.number
            entry = replace(link.entry, number=number)
            if number != link.entry.number and any(chained(before, entry) in hashes for before in hashes):
                return number
        return None
