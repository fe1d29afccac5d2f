"""What a line of chat may consist of: 200 characters as people count them, nothing hidden; its links and @handles."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import regex

from livecart.domain.errors import InvalidError
from livecart.domain.text import check_text

TEXT_MAX = 200
MENTIONS_MAX = 5
# The longest emoji in use (a kiss with two skin tones) has 10 code points; what stacks more marks hides its neighbours.
_CODE_POINTS_MAX = 16
# What separates words without being seen is fine (Thai, Khmer, Persian write so); a text made of it is not.
_UNSEEN_FREE = 4

_GRAPHEME = regex.compile(r"\X")
_SPACES = regex.compile(r"[\t\r\n]+")
# Format characters, fillers that are drawn as nothing, and the blank Braille cell.
_UNSEEN = regex.compile(r"[\p{Cf}\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800\ufe00-\ufe0f\s]+")
# Emoji tags, which spell the flags of England, Scotland and Wales, come in longer runs.
_UNSEEN_RUN = regex.compile(r"[\p{Cf}\u034f\u115f\u1160\u3164\uffa0--[\U000e0020-\U000e007f]]{3,}", regex.V1)
_HANDLE = regex.compile(r"(?<![\w.@-])@([a-z0-9](?:[a-z0-9_.-]{0,30}[a-z0-9])?)(?![\w@-])", regex.IGNORECASE)
_ENDINGS = "com|net|org|info|biz|io|tv|cc|cn|hk|tw|de|uk|fr|ru|jp|kr|eu|app|dev|xyz|vip|ly|gg|ai"
# Words too: a forgotten space after a full stop is no link unless a path follows.
_WORDY = "co|in|is|it|me|to|us|shop|store|online|site|top|club|link|live"
_LINK = regex.compile(
    r"[a-z][a-z0-9+.-]*://|(?<![\w@.])www\.[\w-]"
    rf"|(?<![\w@.-])(?:[\w-]+\.)+(?:(?:{_ENDINGS})(?![\w-])|(?:{_WORDY})/\S)",
    regex.IGNORECASE,
)


def check_chat_text(text: str) -> str:
    """Returns the text in one line, trimmed. Raises InvalidError for a wrong length and for what hides in a text."""
    text = _SPACES.sub(" ", text)
    if any(unicodedata.category(char) == "Cc" for char in text):
        raise InvalidError("the text has control characters", fields={"text": "no control characters"})
    if _UNSEEN_RUN.search(text) and len(text) <= TEXT_MAX * _CODE_POINTS_MAX:
        raise _hidden()
    text = check_text("text", text, 1, TEXT_MAX)
    found = _GRAPHEME.findall(text)
    unseen = sum(1 for grapheme in found if not grapheme.isspace() and _UNSEEN.fullmatch(grapheme))
    seen = sum(1 for grapheme in found if not _UNSEEN.fullmatch(grapheme))
    if seen == 0 or unseen > max(_UNSEEN_FREE, seen // 2):
        raise _hidden()
    if any(len(grapheme) > _CODE_POINTS_MAX for grapheme in found):
        raise InvalidError("the text piles up marks", fields={"text": "no character with that many marks"})
    return text


def has_link(text: str) -> bool:
    """Whether a person would take a part of the text for an address to open, however it was dressed up."""
    plain = "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    # IDNA (UTS 46) takes the ideographic full stops for dots.
    return bool(_LINK.search(plain.replace("\u3002", ".").replace("\uff61", ".")))


def handles_in(text: str) -> Sequence[str]:
    """The @handles of a text in lower case, each once, the first few."""
    return list(dict.fromkeys(handle.lower() for handle in _HANDLE.findall(text)))[:MENTIONS_MAX]


def _hidden() -> InvalidError:
    return InvalidError("the text has too many invisible characters", fields={"text": "something to be seen"})
