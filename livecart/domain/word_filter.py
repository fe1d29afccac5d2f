"""Finding the words of lists in a text: Aho-Corasick over squeezed skeletons, then a close look at each find.

A find is looked at twice: do the letters repeat as the entry has them (three and more of one letter stand for any
number of it), and does it stand for itself where words are set apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import ahocorasick

from livecart.domain.folding import Reading, is_spaced, key_of, runs_of, squeeze
from livecart.domain.word_list import Entry, Rule, Verdict

# Linking an automaton keeps every other thread waiting: 20 ms at this size, and eight times that at four times as many.
SHARD = 10_000
# From so many on a repeated letter may stand for any number of it: "fuuuck", "looooser".
_DRAWN_OUT = 3


@dataclass(frozen=True, slots=True)
class _Word:
    rule: Rule
    runs: tuple[int, ...]

    def stands_in(self, reading: Reading, end: int) -> bool:
        """`end`: the character after the find."""
        start = end - len(self.runs)
        whole = not (self.rule.entry.part or reading.loose)
        if whole and not (_apart(reading.squeezed, start, start - 1) and _apart(reading.squeezed, end - 1, end)):
            return False
        if len(reading.folded) == len(reading.squeezed) and len(self.runs) == len(self.rule.entry.text):
            return True
        found = reading.runs()[start:end]
        edges = (0, len(found) - 1)
        return all(
            run == wanted or run >= max(wanted, _DRAWN_OUT) or (run > wanted and place in edges and not whole)
            for place, (run, wanted) in enumerate(zip(found, self.runs, strict=True))
        )


class Filter:
    """The entries of some lists. Immutable: a changed list makes a new one. Building takes a second for 200,000."""

    def __init__(self, lists: Iterable[tuple[str, Sequence[Entry]]] = ()) -> None:
        words: dict[str, list[_Word]] = {}
        self._count = 0
        for name, entries in lists:
            for entry in entries:
                word = _Word(Rule(name, entry), tuple(runs_of(entry.text)))
                words.setdefault(key_of(squeeze(entry.text)), []).append(word)
                self._count += 1
        items = iter(words.items())
        self._shards: list[Any] = []
        while part := list(islice(items, SHARD)):
            shard = ahocorasick.Automaton()
            for key, found in part:
                shard.add_word(key, tuple(found))
            shard.make_automaton()
            self._shards.append(shard)

    def __len__(self) -> int:
        return self._count

    def find(self, readings: Iterable[Reading]) -> Rule | None:
        """The rule that weighs most: one that denies, else the first one that holds."""
        held: Rule | None = None
        for reading in readings:
            for shard in self._shards:
                for last, words in shard.iter(reading.key):
                    rule = _heaviest(words, reading, reading.position(last + 1))
                    if rule is not None and rule.entry.verdict is Verdict.DENY:
                        return rule
                    held = held or rule
        return held


def _heaviest(words: Sequence[_Word], reading: Reading, end: int) -> Rule | None:
    standing = [word.rule for word in words if word.stands_in(reading, end)]
    return next((rule for rule in standing if rule.entry.verdict is Verdict.DENY), standing[0] if standing else None)


def _apart(text: str, edge: int, beside: int) -> bool:
    """Whether the entry's edge and what stands beside it are of different words: or of no word, or at the end."""
    if not 0 <= beside < len(text):
        return True
    inner, outer = text[edge], text[beside]
    if inner.isdecimal():
        return not outer.isdecimal()
    return not (is_spaced(inner) and is_spaced(outer))
