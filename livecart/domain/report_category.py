"""What viewers can report, as data: each category with its words, how urgent a report of it is, and who looks at it."""

from __future__ import annotations

from dataclasses import dataclass

from livecart.domain.errors import InvalidError


@dataclass(frozen=True, slots=True)
class InWords:
    """What a category is called in one language, and what belongs into it."""

    name: str
    about: str


@dataclass(frozen=True, slots=True)
class ReportCategory:
    """`weight`: what one report of it adds to a case's priority; `group`: the staff who look at it first."""

    key: str
    weight: int
    group: str
    words: dict[str, InWords]


def _category(key: str, weight: int, group: str, english: InWords, chinese: InWords) -> ReportCategory:
    return ReportCategory(key, weight, group, {"en": english, "zh": chinese})


REPORT_CATEGORIES = {
    category.key: category
    for category in (
        _category(
            "minors",
            40,
            "safety",
            InWords("Children are in danger or exploited", "A child is harmed, shown sexually, or made to sell."),
            InWords("危害未成年人", "儿童受到伤害、被性化展示，或被迫带货。"),
        ),
        _category(
            "violence",
            20,
            "safety",
            InWords("Violence or threats", "Somebody is hurt, threatened, or wants to hurt himself."),
            InWords("暴力或威胁", "有人受到伤害、被威胁，或有自残倾向。"),
        ),
        _category(
            "dangerous_goods",
            16,
            "goods",
            InWords("Dangerous or forbidden goods", "Weapons, drugs, medicine, recalled or unsafe goods."),
            InWords("危险或违禁商品", "武器、毒品、药品、已召回或不安全的商品。"),
        ),
        _category(
            "nudity",
            12,
            "safety",
            InWords("Nudity or sexual content", "Naked bodies, sexual acts, or offers of them."),
            InWords("色情低俗", "裸露、性行为或相关招揽。"),
        ),
        _category(
            "scam",
            12,
            "goods",
            InWords("Scam", "Money outside the shop, goods that do not exist, false draws."),
            InWords("诈骗", "诱导站外付款、虚构商品或虚假抽奖。"),
        ),
        _category(
            "hate",
            10,
            "safety",
            InWords("Hate or harassment", "Insults, hate against a group, or somebody who is hounded."),
            InWords("仇恨或骚扰", "辱骂、针对群体的仇恨言论，或对他人的骚扰。"),
        ),
        _category(
            "fake_goods",
            8,
            "goods",
            InWords("Fake goods", "Copies of a brand, or goods that are not what is said of them."),
            InWords("假冒商品", "仿冒品牌，或商品与描述不符。"),
        ),
        _category(
            "copyright",
            6,
            "goods",
            InWords("Copyright", "Music, pictures or films of somebody who was not asked."),
            InWords("侵犯版权", "未经许可使用他人的音乐、图片或影视内容。"),
        ),
        _category(
            "other",
            4,
            "general",
            InWords("Something else", "Say in a sentence what it is."),
            InWords("其他", "请用一句话说明。"),
        ),
    )
}


def check_category(key: str) -> ReportCategory:
    """Raises InvalidError."""
    found = REPORT_CATEGORIES.get(key)
    if found is None:
        raise InvalidError("no such category", fields={"category": f"one of {', '.join(REPORT_CATEGORIES)}"})
    return found
