"""What folding makes the same, what it leaves apart, and that any text at all can be folded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecart.domain.folding import fold, readings, runs_of, squeeze

ODD = st.characters(min_codepoint=0x80, max_codepoint=0x2FFF) | st.sampled_from("aA sS\u200d\u0301ſİßﬃ㍿乾裏後Ꮪꓢ𝓼🅂🇸_.*")


@pytest.mark.parametrize(
    ("dressed", "plain"),
    [
        ("ＣＡＳＩＮＯ", "casino"),
        ("саsіnо", "casino"),
        ("сαѕιηο", "casino"),
        ("ca\u200bsi\u200dno\ufeff", "casino"),
        ("c\u0336a\u0336s\u0336i\u0336n\u0336o\u0336", "casino"),
        ("ça\u0301sïñô", "casino"),
        ("𝓬𝓪𝓼𝓲𝓷𝓸", "casino"),
        ("ⓒⓐⓢⓘⓝⓞ", "casino"),
        ("🅒🅐🅢🅘🅝🅞", "casino"),
        ("🇨🇦🇸🇮🇳🇴", "casino"),
        ("ᴄᴀsɪɴᴏ", "casino"),
        ("ꓚꓮꓢꓲꓠꓳ", "casino"),
        ("ᏟᎪᏚᏆNO", "casꮖno"),
        ("CASINO", "casino"),
        ("Straße", "strasse"),
        ("İstanbul", "istanbul"),
        ("賭場", "赌场"),
        ("賭\ufe00場", "赌场"),
        ("優惠劵  領取", "优惠劵 领取"),
        ("⾦融", "金融"),
        ("カ\u3099", "ガ"),
        ("한글", "한글"),
        ("  two\t\nwords ", "two words"),
        ("\u3164\u2800\u00ad", ""),
        ("a55 $ale", "a55 $ale"),
    ],
)
def test_what_looks_the_same_becomes_the_same(dressed: str, plain: str) -> None:
    assert fold(dressed) == fold(plain)
    if plain.isascii():
        assert fold(dressed) == plain


def test_marks_that_make_another_letter_stay() -> None:
    assert fold("か") != fold("が")
    assert fold("หนังสือ") != fold("หนงสอ")
    assert fold("लड़का") != fold("लड़क")


@given(st.text() | st.text(ODD))
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text)
    assert fold(once) == once


@given(st.text(st.characters(categories=["Cs", "Cc", "Lo", "Ll", "Mn", "So", "Zs", "Po"])))
def test_any_string_at_all_has_readings(text: str) -> None:
    for reading in readings(text):
        assert len(reading.squeezed) == len(reading.runs())
        assert reading.position(len(reading.key)) == len(reading.squeezed)


@given(st.text(ODD))
def test_the_runs_say_what_was_squeezed(text: str) -> None:
    folded = fold(text)
    assert "".join(char * run for char, run in zip(squeeze(folded), runs_of(folded), strict=True)) == folded


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("c a s i n o", "casino"),
        ("c.a-s_i*n/o", "casino"),
        ("win at c a s i n o now", "casino"),
        ("加 微 信", "加微信"),
        ("加.微.信", "加微信"),
        ("笨 蛋", "笨蛋"),
        ("ca*si_no", "casino"),
        ("微-信", "微信"),
    ],
)
def test_spelled_out_and_broken_words_are_put_together(text: str, joined: str) -> None:
    assert joined in [reading.folded for reading in readings(text)][1:]


@pytest.mark.parametrize(
    "text", ["he'll be here", "wait, what? yes!", "真好看~蛋糕呢", "真笨。蛋糕", "size 3.5 or 4-5", "it is a b test"]
)
def test_what_separates_sentences_and_numbers_stays(text: str) -> None:
    assert len(readings(text)) == 1
