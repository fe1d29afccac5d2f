from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecart.domain.errors import InvalidError
from livecart.domain.text import check_text, clean, graphemes


def test_what_cannot_be_seen_or_turns_the_line_round_is_removed() -> None:
    assert clean(" a\u202eb\x00c\x1b[31m\ud800d ") == "abc[31md"
    assert clean("one\r\ntwo") == "onetwo"
    assert clean("one\r\ntwo", lines=True) == "one\ntwo"


def test_a_letter_with_hundreds_of_marks_is_too_long() -> None:
    with pytest.raises(InvalidError):
        check_text("text", "z" + "\u0301" * 10_000, 1, 200)


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing_and_can_always_be_sent(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    once.encode("utf-8")
    assert graphemes(once) <= len(once)
