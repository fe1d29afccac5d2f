"""Why a topic is not approved, as data: each code with what its creator reads, in English and Chinese.

A moderator's own words come beside it, in whatever language he wrote them.
"""

from __future__ import annotations

REASON_CODES: dict[str, dict[str, str]] = {
    "off_topic": {
        "en": "The topic is not about what its category is for.",
        "zh": "话题内容与所选类别不符。",
    },
    "restricted_goods": {
        "en": "The topic names goods that may not be sold here, or only under conditions that it does not meet.",
        "zh": "话题涉及禁止销售的商品，或未满足相应的销售条件。",
    },
    "misleading": {
        "en": "The topic promises what cannot be promised, or may be misunderstood.",
        "zh": "话题含有无法保证的承诺，或容易引起误解。",
    },
    "unclear": {
        "en": "It is not clear from the topic what will be shown and sold.",
        "zh": "从话题中看不出将要展示和销售的内容。",
    },
    "other": {
        "en": "The reason is in the words below.",
        "zh": "具体原因见下方说明。",
    },
}


def reason_text(code: str | None, language: str) -> str | None:
    """What a creator reads whose topic is in `language` (BCP 47); in English where it is not known."""
    words = REASON_CODES.get(code or "")
    return None if words is None else words.get(language.partition("-")[0].lower(), words["en"])
