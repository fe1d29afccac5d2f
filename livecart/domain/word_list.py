"""A word list as its editors write it: plain text, one entry a line. See docs/operating.md, "Word lists".

    # a remark
    casino | deny
    加微信
    telegra | deny part

`hold` (the default) keeps a line back until the show's staff has looked at it, `deny` refuses it. An entry stands for
whole words where its script sets words apart, so that "ass" is not found in "class"; with `part` it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from livecart.domain.errors import InvalidError
from livecart.domain.folding import fold

LINES_MAX = 200_000
ENTRY_MAX = 100
# So many faults of a list are told; whoever mended them sees the rest.
FAULTS_MAX = 50
_RULE_BYTES = 6


class Verdict(StrEnum):
    ALLOW = "allow"
    HOLD = "hold"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Entry:
    """`text` is folded. `part`: it is found inside words too."""

    text: str
    verdict: Verdict = Verdict.HOLD
    part: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """What a text was caught by. The id stays the same for as long as the entry is in the list."""

    list: str
    entry: Entry

    @property
    def id(self) -> str:
        """Twelve hexadecimal digits."""
        return hashlib.blake2b(f"{self.list}\n{self.entry.text}".encode(), digest_size=_RULE_BYTES).hexdigest()


@dataclass(frozen=True, slots=True)
class WordList:
    """`repeated` counts lines that say again what another line says."""

    entries: tuple[Entry, ...]
    repeated: int = 0


def decode_lines(raw: bytes) -> str:
    """Raises InvalidError naming the line for what is not UTF-8, and for a zero byte, which some databases refuse."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable(raw, error.start, "not UTF-8") from None
    if "\0" in text:
        raise _unreadable(raw, raw.index(0), "a zero byte")
    return text


def parse_list(text: str, *, lines_max: int = LINES_MAX) -> WordList:
    """Raises InvalidError `invalid_list`, whose fields name the lines at fault, or `too_large`."""
    if text.count("\n") >= lines_max and len(text.rstrip("\n").split("\n")) > lines_max:
        raise InvalidError(f"at most {lines_max} lines", code="too_large")
    seen: dict[str, tuple[int, Entry]] = {}
    faults: dict[str, str] = {}
    repeated = wrong = 0
    for number, line in _lines(text):
        try:
            entry = parse_entry(line)
            first = seen.setdefault(entry.text, (number, entry))
            if first[1] != entry:
                raise ValueError(f"says otherwise than line {first[0]}")
            repeated += first[0] != number
        except ValueError as error:
            wrong += 1
            if wrong <= FAULTS_MAX:
                faults[f"line {number}"] = str(error)
    if faults:
        raise InvalidError(f"{wrong} lines of the list are not valid", code="invalid_list", fields=faults)
    return WordList(tuple(entry for _, entry in seen.values()), repeated)


def parse_entry(line: str) -> Entry:
    """Raises ValueError saying what is wrong."""
    text, bar, rest = line.rpartition("|") if "|" in line else (line, "", "")
    options = rest.split()
    verdicts = [Verdict(each) for each in options if each in {"hold", "deny"}]
    unknown = set(options) - {"hold", "deny", "part"}
    if bar and not options:
        raise ValueError("nothing stands after the bar")
    if unknown:
        raise ValueError(f"'{min(unknown)[:20]}' is none of hold, deny, part")
    if len(verdicts) > 1 or options.count("part") > 1:
        raise ValueError("one of hold and deny, and each once")
    return Entry(_checked(text), verdicts[0] if verdicts else Verdict.HOLD, "part" in options)


def _checked(text: str) -> str:
    if len(text) > 4 * ENTRY_MAX:
        raise ValueError(f"longer than {ENTRY_MAX} characters")
    folded = fold(text)
    if len(folded) > ENTRY_MAX:
        raise ValueError(f"longer than {ENTRY_MAX} characters")
    if not any(char.isalnum() or ord(char) > 0x2000 for char in folded):
        raise ValueError("nothing to look for")
    if len(folded) < 2 and folded.isascii():
        raise ValueError("a single letter or digit is in every line")
    return folded


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines with something to read on them, numbered from 1. A remark has a space after its sign: #tag is none."""
    lines: Sequence[str] = text.split("\n")
    for number, line in enumerate(lines, 1):
        line = line.strip()  # noqa: PLW2901
        if line and line != "#" and not line.startswith("# "):
            yield number, line


def _unreadable(raw: bytes, at: int, fault: str) -> InvalidError:
    line = raw.count(b"\n", 0, at) + 1
    return InvalidError("the list is no plain text", code="invalid_list", fields={f"line {line}": fault})
