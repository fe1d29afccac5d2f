"""What shows may be about: each category with its policy, the goods that need a second look, and who reviews it.

Data, not rules: a word in `restricted` only marks a topic for its moderator, who decides. Words are matched as whole
words in Latin script, and anywhere in Chinese.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Category:
    """`policy` is what creators and moderators read; `version` counts its changes and stands in the log's rule."""

    key: str
    version: int
    policy: str
    restricted: tuple[str, ...]
    group: str = "general"


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
