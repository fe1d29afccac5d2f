"""What a machine says of a topic before a moderator reads it: notes, never a decision."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from livecart.domain.taxonomy import TAXONOMY, Category
from livecart.domain.topic import Topic

# Words that no category's show may promise; marked wherever they stand.
CLAIMS = ("guaranteed", "100% effective", "miracle", "cures", "risk-free", "包治", "根治", "稳赚", "无副作用", "国家级")
# Two texts that share this much of their three-letter pieces say the same.
SIMILAR = 0.6
SIMILAR_MAX = 3
# So much in common that one decision may do for both.
NEARLY_EQUAL = 0.8
_LATIN = re.compile(r"[\x20-\x7e]+")


class NoteKind(StrEnum):
    RESTRICTED_GOODS = "restricted_goods"
    CLAIM = "claim"
    SIMILAR_REJECTED = "similar_rejected"
    SHORT_NOTICE = "short_notice"


@dataclass(frozen=True, slots=True)
class Annotation:
    """`where`: title, summary, a product's title; or the similar topic's id. `rule`: which list or limit."""

    kind: NoteKind
    rule: str
    where: str
    found: str


def annotate(
    topic: Topic,
    goods: Sequence[str],
    rejected: Iterable[Topic],
    soon_ms: int | None = None,
    taxonomy: Mapping[str, Category] = TAXONOMY,
) -> list[Annotation]:
    """Everything to be noted. `goods` are product titles; `soon_ms`: planned before that is short notice."""
    texts = [("title", topic.text.title), ("summary", topic.text.summary), *(("product", title) for title in goods)]
    category = taxonomy.get(topic.text.category)
    notes: list[Annotation] = []
    for where, text in texts:
        plain = _plain(text)
        if category is not None:
            rule = f"category:{category.key}@{category.version}"
            notes += [_note(NoteKind.RESTRICTED_GOODS, rule, where, w) for w in category.restricted if _has(plain, w)]
        notes += [_note(NoteKind.CLAIM, "claims", where, word) for word in CLAIMS if _has(plain, word)]
    planned = topic.text.planned_at_ms
    if soon_ms is not None and planned is not None and planned < soon_ms:
        notes.append(_note(NoteKind.SHORT_NOTICE, "planned_at", "planned_at", str(planned)))
    return notes + _similar(topic, rejected)


def near_duplicates(topic: Topic, others: Iterable[Topic]) -> list[Topic]:
    """Those of the others that say nearly the same, the likest first."""
    own = _pieces(topic)
    likes = [(_likeness(own, _pieces(other)), other) for other in others if other.id != topic.id]
    alike = [each for each in likes if each[0] >= NEARLY_EQUAL]
    return [other for _, other in sorted(alike, key=lambda each: (-each[0], each[1].id))]


def _similar(topic: Topic, rejected: Iterable[Topic]) -> list[Annotation]:
    own = _pieces(topic)
    likes = [(_likeness(own, _pieces(other)), other) for other in rejected if other.id != topic.id]
    best = sorted((each for each in likes if each[0] >= SIMILAR), key=lambda each: each[0], reverse=True)
    return [
        _note(NoteKind.SIMILAR_REJECTED, f"{round(likeness * 100)} %", other.id, other.text.title)
        for likeness, other in best[:SIMILAR_MAX]
    ]


def _note(kind: NoteKind, rule: str, where: str, found: str) -> Annotation:
    return Annotation(kind, rule, where, found)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _has(plain: str, word: str) -> bool:
    if not _LATIN.fullmatch(word):
        return word in plain
    return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", plain) is not None


def _pieces(topic: Topic) -> frozenset[str]:
    plain = "".join(char for char in _plain(f"{topic.text.title} {topic.text.summary}") if char.isalnum())
    return frozenset(plain[at : at + 3] for at in range(max(1, len(plain) - 2)))


def _likeness(one: frozenset[str], two: frozenset[str]) -> float:
    return len(one & two) / len(one | two)
