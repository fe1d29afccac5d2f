from __future__ import annotations

import pytest

from livecart.domain.chat import ChatMessage, RecentLines, check_chat_key, check_chat_text
from livecart.domain.errors import ConflictError, InvalidError
from livecart.domain.ids import MessageId, PersonId, ShowId


def line(text: str, *, key: str, at_ms: int = 0, author: str = "ana", show: str = "s") -> ChatMessage:
    return ChatMessage(MessageId(f"{author}-{key}"), ShowId(show), PersonId(author), key, text, at_ms)


def test_a_text_is_cleaned_and_measured_in_graphemes() -> None:
    assert check_chat_text("  hi \u202e\x07") == "hi"
    assert check_chat_text("🇨🇳" * 200) == "🇨🇳" * 200
    for wrong in ("", " \u200b".strip("\u200b"), "x" * 201):
        with pytest.raises(InvalidError):
            check_chat_text(wrong)


@pytest.mark.parametrize("key", ["", "a b", "ä", "x" * 65, "a\n"])
def test_a_key_is_short_and_printable(key: str) -> None:
    with pytest.raises(InvalidError):
        check_chat_key(key)


def test_the_same_line_twice_is_a_duplicate_for_ten_seconds() -> None:
    recent = RecentLines()
    recent.add(line("hi", key="1"))
    with pytest.raises(ConflictError) as refused:
        recent.add(line("hi", key="2", at_ms=9_999))
    assert refused.value.code == "duplicate"
    recent.add(line("hi", key="3", at_ms=10_000))


def test_another_show_author_text_or_the_same_key_is_no_duplicate() -> None:
    recent = RecentLines()
    recent.add(line("hi", key="1"))
    recent.add(line("hi", key="1"))
    recent.add(line("hi", key="2", show="t"))
    recent.add(line("hi", key="3", author="lin"))
    recent.add(line("hello", key="4"))


def test_a_line_that_could_not_be_kept_may_be_said_again() -> None:
    recent = RecentLines()
    failed = line("hi", key="1")
    recent.add(failed)
    recent.forget(failed)
    recent.add(line("hi", key="2", at_ms=1))
