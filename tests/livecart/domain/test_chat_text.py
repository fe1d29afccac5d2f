from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecart.domain.chat_text import TEXT_MAX, check_chat_text, handles_in, has_link
from livecart.domain.errors import InvalidError
from livecart.domain.text import graphemes

FAMILY = "👩\u200d👩\u200d👧"
# Two words without a space between them, as Persian writes them.
PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
WIDE = "".join(chr(ord(char) + 0xFEE0) for char in "example.com")
KISS = "👩🏽\u200d❤️\u200d💋\u200d👨🏿"
ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  hi \u202e", "hi"),
        ("one\r\ntwo\tthree", "one two three"),
        ("🇨🇳" * 200, "🇨🇳" * 200),
        (FAMILY * 200, FAMILY * 200),
        (KISS * 20, KISS * 20),
        (ENGLAND * 20, ENGLAND * 20),
        (PERSIAN, PERSIAN),
        ("ไทย\u200bไทย", "ไทย\u200bไทย"),
        ("e\u0301", "é"),
    ],
)
def test_what_people_write_is_kept(typed: str, kept: str) -> None:
    assert check_chat_text(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " \n ",
        "x" * 201,
        "🇨🇳" * 201,
        "a\x07b",
        "a\x00",
        "a\x7f",
        "\u200b",
        "\u2800\u2800",
        "\u3164",
        "a\u200b\u200b\u200bb",
        "\u200d" * 5_000 + "a",
        "ab" + "\u200b-\u200b" * 4 + "\u200bx\u200b" * 4,
        "a" + "\u0301" * 40,
        "a" + "\u0301" * 5_000,
    ],
)
def test_what_hides_floods_or_is_too_long_is_refused_with_the_field(typed: str) -> None:
    with pytest.raises(InvalidError) as refused:
        check_chat_text(typed)
    assert "text" in refused.value.fields


@given(st.text(max_size=400))
def test_any_text_is_refused_or_short_and_stays_as_it_is_the_second_time(typed: str) -> None:
    try:
        kept = check_chat_text(typed)
    except InvalidError:
        return
    assert 1 <= graphemes(kept) <= TEXT_MAX
    assert "\n" not in kept
    assert check_chat_text(kept) == kept


@pytest.mark.parametrize(
    "text",
    [
        "https://example.test/x",
        "tg://resolve",
        "www.shop",
        "go to example.com now",
        "bit.ly/3x",
        "t.me/room",
        "EXAMPLE.ORG",
        WIDE,
        "exa\u200bmple.com",
        "example。com",
        "店.cn",
    ],
)
def test_an_address_is_seen_however_it_is_dressed(text: str) -> None:
    assert has_link(text)


@pytest.mark.parametrize(
    "text", ["3.5kg for 1.000", "Done.In a minute", "Node.js", "e.g. this", "@tea.com hi", "a: b/c"]
)
def test_ordinary_dots_are_no_address(text: str) -> None:
    assert not has_link(text)


def test_handles_are_found_once_each_and_only_the_first_few() -> None:
    assert handles_in("@Mei hello @ana, mail a@b @lin. @mei (@mo_x) 你好@tea.") == ["mei", "ana", "lin", "mo_x"]
    assert len(handles_in(" ".join(f"@p{number}" for number in range(20)))) == 5
    assert handles_in("@ @@ana @-x nobody") == []
