"""Text as a word list reads it: what looks the same becomes the same, however it was dressed up.

`fold` takes away what is not seen, the script a letter was borrowed from, the difference between traditional and
simplified Chinese, case, width and accents. `readings` adds what people do with spacing and repetition. Nobody is ever
shown folded text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

from livecart.domain.confusables import look_alikes

# Format characters (Unicode's Cf), control characters but white space, fillers and variation selectors: drawn as
# nothing. Marks over and under Latin, Greek and Cyrillic letters; those of other scripts tell one letter from another.
_STRIPPED = (
    *((0x00, 0x08), (0x0E, 0x1B), (0x7F, 0x84), (0x86, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F), (0x600, 0x605)),
    *((0x61C, 0x61C), (0x6DD, 0x6DD), (0x70F, 0x70F), (0x890, 0x891), (0x8E2, 0x8E2), (0x115F, 0x1160)),
    *((0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x2800, 0x2800)),
    *((0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0x110BD, 0x110BD)),
    *((0x110CD, 0x110CD), (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0x1F3FB, 0x1F3FF)),
    *((0xE0001, 0xE01EF), (0x300, 0x36F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F)),
)
_HAN = ((0x3400, 0x9FFF), (0x20000, 0x2A6DF))
# What one pass brings forth another may have to fold: two are the rule, and none was seen to need five.
_PASSES_MAX = 8

_SPACES = re.compile(r"\s+")
_LETTER = r"[^\d\W_]"
_RUN = re.compile(rf"({_LETTER})\1+")
# "f u c k", "加 微 信": single letters with something between each two. Looked for only where two stand together:
# a pattern that begins with what is rare costs a tenth of one that has to ask at every letter.
_SPELLED = re.compile(r"(?<![^\W_])[^\W_](?:[\W_]{1,3}[^\W_])+(?![^\W_])")
_BETWEEN = re.compile(r"[\W_]+")
_MAYBE_SPELLED = re.compile(r"[\W_][^\W_][\W_]{1,3}[^\W_][\W_]")
# "sh*t", "微-信": signs inside a word, but none that ends a sentence or stands for a pause.
_SIGN = r"[\W_](?<![\s,\u3002!?;:\u3001~'\"\u2019\u201c\u201d])"
_BROKEN = re.compile(rf"{_SIGN}(?<={_LETTER}.)(?!(?<=\.)\.)(?:{_SIGN}){{0,2}}(?={_LETTER})")
_SPELLED_LATIN_MIN = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a text. `squeezed` has one letter where `folded` repeats it; `key` is that in UTF-8, each byte a
    character: an automaton over 256 signs is thirty times as fast as one over all ideographs. `loose`: nobody can say
    where its words begin and end."""

    folded: str
    squeezed: str
    key: str
    loose: bool = False

    def position(self, key_position: int) -> int:
        """Which character of `squeezed` begins at a place in `key`."""
        if len(self.key) == len(self.squeezed):
            return key_position
        return len(self.key[:key_position].encode("latin-1").decode("utf-8", "surrogatepass"))

    def runs(self) -> list[int]:
        """How often each letter of `squeezed` stands in `folded`."""
        return runs_of(self.folded)


def fold(text: str) -> str:
    """The skeleton of a text; folding it again changes nothing. Takes any string."""
    if text.isascii() and text.isprintable():
        return _SPACES.sub(" ", text.lower()).strip()
    for _ in range(_PASSES_MAX):
        folded = _folded_once(text)
        if folded == text:
            break
        text = folded
    return text


def readings(text: str) -> list[Reading]:
    """The folded text; the same with its broken words put together; and what is spelled out in it, where there is."""
    folded = fold(text)
    found = [read(folded)]
    whole = _BROKEN.sub("", folded)
    if whole != folded:
        found.append(read(whole))
    if _MAYBE_SPELLED.search(f" {folded} "):
        spelled = filter(None, (_put_together(run[0]) for run in _SPELLED.finditer(folded)))
        found += [read(letters, loose=True) for letters in spelled]
    return found


def read(folded: str, *, loose: bool = False) -> Reading:
    squeezed = squeeze(folded)
    return Reading(folded, squeezed, key_of(squeezed), loose)


def squeeze(folded: str) -> str:
    return _RUN.sub(r"\1", folded)


def key_of(squeezed: str) -> str:
    return squeezed if squeezed.isascii() else squeezed.encode("utf-8", "surrogatepass").decode("latin-1")


def runs_of(folded: str) -> list[int]:
    runs: list[int] = []
    done = 0
    for run in _RUN.finditer(folded):
        runs += [1] * (run.start() - done)
        runs.append(run.end() - run.start())
        done = run.end()
    return runs + [1] * (len(folded) - done)


def is_spaced(char: str) -> bool:
    """Is it a letter of a script that sets its words apart? Not of Chinese, Japanese, Korean, nor Thai and its kin."""
    return char.isalnum() and not char.isdecimal() and not _is_unspaced(ord(char))


def _folded_once(text: str) -> str:
    text = unicodedata.normalize("NFKD", text).casefold().translate(_table())
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


@cache
def _table() -> dict[int, str | None]:
    """Made when it is first needed: 70,000 ideographs take a tenth of a second."""
    han = [chr(code) for first, last in _HAN for code in range(first, last + 1)]
    simple = OpenCC("t2s").convert("\n".join(han)).split("\n")
    table: dict[int, str | None] = {ord(char): other for char, other in zip(han, simple, strict=True) if char != other}
    table |= look_alikes()
    for code, other in list(table.items()):
        while other is not None and len(other) == 1 and table.get(ord(other)):
            other = table[ord(other)]  # noqa: PLW2901 -- a chain is followed to its end, so that folding ends at once
        table[code] = other
    return table | dict.fromkeys(code for first, last in _STRIPPED for code in range(first, last + 1))


def _put_together(run: str) -> str | None:
    """None for two Latin letters: "I, a …" spells nothing."""
    letters = _BETWEEN.sub("", run)
    if len(letters) < _SPELLED_LATIN_MIN and all(is_spaced(letter) or letter.isdecimal() for letter in letters):
        return None
    return letters


def _is_unspaced(code: int) -> bool:
    return (
        0x0E00 <= code <= 0x0EFF  # Thai, Lao
        or 0x1000 <= code <= 0x109F  # Burmese
        or 0x1100 <= code <= 0x11FF  # Hangul's parts
        or 0x1780 <= code <= 0x17FF  # Khmer
        or 0x2E80 <= code <= 0x9FFF  # radicals, kana, ideographs
        or 0xAC00 <= code <= 0xD7FF  # Hangul
        or 0xF900 <= code <= 0xFAFF
        or code >= 0x1AFF0  # kana and ideographs beyond the first plane
    )
