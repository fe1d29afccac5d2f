"""What a filter finds however it is dressed up, and what it must not find."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecart.domain import word_filter
from livecart.domain.folding import readings
from livecart.domain.word_filter import Filter
from livecart.domain.word_list import Entry, parse_list

WORDS = Filter(
    [
        (
            "words",
            parse_list(
                "ass\ncasino | deny\n加微信 | deny\n笨蛋\n賭場\ntelegra | part\nv信\n12306\n🍆\nbuy followers\na$$"
            ).entries,
        )
    ]
)


def found(text: str, words: Filter = WORDS) -> str | None:
    rule = words.find(readings(text))
    return None if rule is None else rule.entry.text


@pytest.mark.parametrize(
    "text",
    [
        *(
            "casino",
            "CASINO!",
            "my casino.",
            "ｃａｓｉｎｏ",
            "саsіnо",
            "саsιηο",
            "c\u200da\u200bsino",
        ),
        *(
            "c a s i n o",
            "C.A.S.I.N.O",
            "c-a-s-i-n-o",
            "ca*sino",
            "cas_i_no",
            "caaaasino",
            "casinooooo",
            "c a s i n o now",
        ),
        *(
            "I c a s i n o",
            "a c a s i n o",
            "ⓒⓐⓢⓘⓝⓞ",
            "🅒🅐🅢🅘🅝🅞",
            "𝒄𝒂𝒔𝒊𝒏𝒐",
            "ᴄᴀsɪɴᴏ",
            "c💩a💩s💩i💩n💩o",
            "ćásíñó",
            "casino123",
        ),
        *("在casino玩", "c\u0336a\u0336s\u0336i\u0336n\u0336o\u0336", "🇨🇦🇸🇮🇳🇴", "no, casino, yes"),
    ],
)
def test_a_latin_word_is_found_however_it_is_dressed(text: str) -> None:
    assert found(text) == "casino"


@pytest.mark.parametrize(
    "text",
    [
        "加微信",
        "请加微信聊",
        "加 微 信",
        "加.微.信",
        "加-微-信",
        "加*微*信",
        "加微\u200b信",
        "加\ufe0f微信",
        "加微信123",
        "加＋微＋信",
    ],
)
def test_an_ideographic_word_needs_nothing_beside_it(text: str) -> None:
    assert found(text) == "加微信"


@pytest.mark.parametrize("text", ["賭場", "赌场", "網上賭場開業", "网上赌场", "賭\u200d場"])
def test_traditional_and_simplified_are_one(text: str) -> None:
    assert found(text) == "赌场"


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("join my telegram", "telegra"),
        ("加v信", "v信"),
        ("加Ｖ信哦", "v信"),
        ("笨笨笨笨蛋", "笨蛋"),
        ("你这个笨蛋蛋蛋", "笨蛋"),
        ("assssss", "ass"),
        ("a.s.s", "ass"),
        ("nice 🍆", "🍆"),
        ("BUY   followers", "buy followers"),
        ("a$$", "a$$"),
    ],
)
def test_entries_of_every_kind_are_found(text: str, entry: str) -> None:
    assert found(text) == entry


@pytest.mark.parametrize(
    "text",
    [
        *(
            "class",
            "assess",
            "glass",
            "Sussex",
            "as soon as",
            "assassin",
            "bass",
            "passage",
            "casinos",
            "occasino",
            "as",
        ),
        *(
            "真笨。蛋糕呢",
            "真笨，蛋糕好吃",
            "笨~蛋糕",
            "微信",
            "加微",
            "123067",
            "v",
            "信",
            "first-class",
            "he'll pass",
        ),
        *("cassinо is another word", "cazino", "ca sino", "buy more followers", "sinocasinox"),
    ],
)
def test_words_that_only_contain_an_entry_are_left_alone(text: str) -> None:
    assert found(text) is None


def test_what_denies_weighs_more_than_what_holds() -> None:
    words = Filter([("a", parse_list("casino").entries), ("b", parse_list("casino royale | deny").entries)])
    assert found("casino royale", words) == "casino royale"
    assert found("casino", words) == "casino"


def test_entries_with_the_same_skeleton_are_told_apart() -> None:
    words = Filter([("a", parse_list("beer\nber\nbeeer | deny").entries)])
    assert [found(text, words) for text in ("beer", "ber", "beeer", "bear")] == ["beer", "ber", "beeer", None]


def test_many_shards_find_what_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_filter, "SHARD", 2)
    words = Filter([("a", parse_list("one\ntwo\nthree\nfour\nfive | deny").entries)])
    assert len(words) == 5
    assert [found(text, words) for text in ("one", "three", "four five", "six")] == ["one", "three", "five", None]


def test_without_lists_nothing_is_found() -> None:
    assert found("casino", Filter()) is None


@given(st.text(max_size=60))
def test_any_text_can_be_looked_through(text: str) -> None:
    WORDS.find(readings(text))


@given(st.text(st.characters(categories=["Ll", "Lo"]), min_size=2, max_size=20), st.text(max_size=10))
def test_an_entry_is_found_in_a_text_of_it(word: str, before: str) -> None:
    try:
        entry = parse_list(word).entries[0]
    except Exception:  # noqa: BLE001 -- some words cannot be entries; here it matters only that an entry is found
        return
    assert Filter([("a", [Entry(entry.text, part=True)])]).find(readings(f"{before}. {word} .")) is not None
