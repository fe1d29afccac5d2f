"""What a person typed: length in graphemes, control and direction-override characters removed."""

from __future__ import annotations

import unicodedata

import regex

from livecart.domain.errors import InvalidError

_GRAPHEME = regex.compile(r"\X")
_FIRST_LETTERS = regex.compile(r"\X{1,2}")
# Bidirectional embeddings, overrides and isolates can make a line read as something else (Unicode TR 36).
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# A base letter with hundreds of marks ("zalgo") is one grapheme, so graphemes alone bound nothing.
_CODE_POINTS_PER_GRAPHEME = 12


def clean(text: str, *, lines: bool = False) -> str:
    """NFC, without control, surrogate and direction-override characters, trimmed. `lines` keeps line feeds."""
    text = text.replace("\r\n", "\n")
    kept = (
        char
        for char in text
        if char not in _BIDI and (unicodedata.category(char) not in {"Cc", "Cs"} or (lines and char == "\n"))
    )
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def graphemes(text: str) -> int:
    return len(_GRAPHEME.findall(text))


def first_graphemes(text: str, most: int) -> str:
    return "".join(_GRAPHEME.findall(text)[:most])


def check_text(field: str, text: str, least: int, most: int, *, lines: bool = False) -> str:
    """Returns the cleaned text; raises InvalidError naming `field` unless it has `least` to `most` graphemes."""
    if len(text) > most * _CODE_POINTS_PER_GRAPHEME:
        raise InvalidError(f"the {field} is too long", fields={field: f"at most {most} characters"})
    cleaned = clean(text, lines=lines)
    if not least <= graphemes(cleaned) <= most:
        raise InvalidError(f"the {field} has the wrong length", fields={field: f"{least} to {most} characters"})
    return cleaned


def shortened(name: str) -> str:
    """A name that its bearer recognises and others do not: "An***"."""
    first = _FIRST_LETTERS.match(name)
    kept = first.group() if first and first.group() != name else name[:1]
    return f"{kept}***"
