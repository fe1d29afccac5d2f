"""Reading a word list: its entries, its remarks, and each kind of line that is refused."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecart.domain.errors import InvalidError
from livecart.domain.word_list import FAULTS_MAX, Entry, Rule, Verdict, decode_lines, parse_list

DENY, HOLD = Verdict.DENY, Verdict.HOLD


def faults_of(text: str) -> dict[str, str]:
    with pytest.raises(InvalidError) as caught:
        parse_list(text)
    assert caught.value.code == "invalid_list"
    return caught.value.fields


def test_each_line_is_an_entry_with_its_options() -> None:
    text = "# a remark\n\ncasino | deny\r\n加微信\nTelegra | part deny\n#tag\n#\n  two  words  | hold\n"
    assert parse_list(text).entries == (
        Entry("casino", DENY),
        Entry("加微信", HOLD),
        Entry("telegra", DENY, part=True),
        Entry("#tag", HOLD),
        Entry("two words", HOLD),
    )


def test_an_empty_list_has_no_entries() -> None:
    assert parse_list("").entries == parse_list("\n\n# nothing yet\n").entries == ()


def test_what_is_said_twice_counts_once_and_what_is_contradicted_is_a_fault() -> None:
    found = parse_list("賭場\n赌场\nCASINO|deny\nｃａｓｉｎｏ | deny")
    assert (len(found.entries), found.repeated) == (2, 2)
    assert faults_of("casino\nkasino\nCasino | deny") == {"line 3": "says otherwise than line 1"}


def test_every_line_at_fault_is_named() -> None:
    text = "\n".join(["fine", "x", "\u200b", "casino |", "casino | shout", "a b | hold deny", "...", "y" * 101, "好"])
    assert list(faults_of(text)) == [f"line {number}" for number in (2, 3, 4, 5, 6, 7, 8)]


def test_of_many_faults_the_first_are_named_and_all_are_counted() -> None:
    with pytest.raises(InvalidError, match="60 lines") as caught:
        parse_list("x\n" * 60)
    assert len(caught.value.fields) == FAULTS_MAX


def test_too_many_lines_are_refused_before_they_are_read() -> None:
    assert len(parse_list("aa\nbb\n\n\n", lines_max=2).entries) == 2
    with pytest.raises(InvalidError) as caught:
        parse_list("aa\nbb\ncc", lines_max=2)
    assert caught.value.code == "too_large"


def test_what_is_not_utf_8_names_its_line() -> None:
    assert decode_lines(b"\xef\xbb\xbfcasino") == "casino"
    with pytest.raises(InvalidError) as caught:
        decode_lines("fine\nauch gut\nübel".encode("latin-1"))
    assert caught.value.fields == {"line 3": "not UTF-8"}
    with pytest.raises(InvalidError) as caught:
        decode_lines(b"fine\nno\0t")
    assert caught.value.fields == {"line 2": "a zero byte"}


@given(st.text())
def test_any_text_is_a_list_or_is_refused(text: str) -> None:
    with suppress(InvalidError):
        assert all(entry.text for entry in parse_list(text).entries)


def test_a_rules_id_depends_on_its_list_and_its_word_alone() -> None:
    rule = Rule("spam", Entry("casino"))
    assert rule.id == Rule("spam", Entry("casino", DENY, part=True)).id
    assert len({rule.id, Rule("other", Entry("casino")).id, Rule("spam", Entry("kasino")).id}) == 3
    assert len(rule.id) == 12
