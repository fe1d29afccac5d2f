"""What shows may be about: each category with its policy, the goods that need a second look, and who reviews it.

What is below is what a shop begins with; its admins change it, and each change is a version of its own. A category that
is retired takes no new topics. Data, not rules: a word in `restricted` only marks a topic for its moderator, who
decides. Words are matched as whole words in Latin script, and anywhere in Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from livecart.domain.errors import InvalidError
from livecart.domain.staff_group import check_group
from livecart.domain.text import check_text

CATEGORIES_MAX = 100
RESTRICTED_MAX = 500
LANGUAGES = ("en", "zh")
_KEY = re.compile(r"[a-z][a-z0-9_]{1,31}")


@dataclass(frozen=True, slots=True)
class Category:
    """`policy` is what creators and moderators read; `version` counts its changes and stands in the log's rule.

    `names` by language, of categories that the pages have no words for.
    """

    key: str
    version: int
    policy: str
    restricted: tuple[str, ...]
    group: str = "general"
    names: Mapping[str, str] = field(default_factory=dict)
    retired: bool = False


TAXONOMY = {
    category.key: category
    for category in (
        Category(
            "travel",
            1,
            "Places, routes and what to pack. Say what was paid for by whom; no bookings without a named seller.",
            ("visa service", "casino", "hunting", "签证代办", "赌场", "打猎"),
        ),
        Category(
            "reading",
            1,
            "Books and what they say. Second-hand and new alike; no copies without a licence.",
            ("pdf", "epub", "scan", "leaked", "盗版", "电子版", "影印"),
        ),
        Category(
            "parenting",
            1,
            "Life with children, who are not shown without need and do not sell; no promises about health or school.",
            ("infant formula", "formula milk", "medicine", "cure", "growth hormone", "婴儿奶粉", "奶粉", "药", "增高"),
            "family",
        ),
        Category(
            "beauty",
            1,
            "Care and make-up, shown on adults. Effects are shown, not promised; no injections and no medicine.",
            (
                "botox",
                "filler",
                "injection",
                "whitening",
                "prescription",
                "hydroquinone",
                "肉毒",
                "玻尿酸",
                "针剂",
                "处方",
            ),
            "health",
        ),
        Category(
            "food",
            1,
            "Cooking and food with its origin and date. No alcohol to minors, no food that claims to heal.",
            ("alcohol", "wine", "liquor", "raw milk", "supplement", "diet pill", "白酒", "红酒", "保健品", "减肥药"),
            "health",
        ),
        Category(
            "fitness",
            1,
            "Training that viewers can follow without harm. No substances, no promises in weeks.",
            ("steroid", "testosterone", "fat burner", "diet pill", "supplement", "类固醇", "睾酮", "减肥药", "燃脂"),
            "health",
        ),
        Category(
            "fashion",
            1,
            "Clothes and how to wear them. Brands are the brand's own goods or clearly second-hand.",
            ("replica", "1:1", "inspired by", "fur", "ivory", "高仿", "复刻", "原单", "象牙"),
        ),
        Category(
            "home",
            1,
            "Furniture, crafts and the household. Electrical goods have their marks of conformity.",
            ("knife", "weapon", "pesticide", "lock pick", "管制刀具", "农药", "开锁"),
        ),
        Category(
            "other",
            1,
            "What fits nowhere else. Say in the summary why it is worth watching.",
            ("tobacco", "vape", "lottery", "loan", "stock tip", "crypto", "烟", "彩票", "贷款", "荐股", "虚拟币"),
        ),
    )
}


def current(changed: Iterable[Category]) -> dict[str, Category]:
    """What a shop begins with, and over it the newest versions of what was changed."""
    return TAXONOMY | {category.key: category for category in changed}


def check_category_edit(category: Category) -> Category:
    """Returns it cleaned, each word once. Raises InvalidError naming the field."""
    if not _KEY.fullmatch(category.key):
        raise InvalidError("this is no key", fields={"category": "2 to 32 of a-z, 0-9, '_', a letter first"})
    if len(category.restricted) > RESTRICTED_MAX:
        raise InvalidError("too many words", fields={"restricted": f"at most {RESTRICTED_MAX}"})
    if not set(category.names) <= set(LANGUAGES):
        raise InvalidError("no such language", fields={"names": f"by language: {', '.join(LANGUAGES)}"})
    words = [check_text("restricted", word, 1, 60).casefold() for word in category.restricted]
    return replace(
        category,
        policy=check_text("policy", category.policy, 10, 2_000, lines=True),
        restricted=tuple(dict.fromkeys(words)),
        group=check_group(category.group),
        names={language: check_text("names", name, 1, 40) for language, name in category.names.items()},
    )
