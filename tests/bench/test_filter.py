"""The ordinary sentences that the filter's benchmark reads, and what an ordinary word list finds in them."""

from __future__ import annotations

from bench.filter import block_words, build, evaders, made_up, sentences
from livecart.domain.folding import readings
from livecart.domain.word_filter import Filter


def test_there_are_500_sentences_in_two_languages() -> None:
    lines = sentences()
    assert len(set(lines)) == 500
    assert 240 <= sum(line.isascii() for line in lines) <= 260


def test_only_words_that_stand_there_are_found_in_ordinary_sentences() -> None:
    words = Filter([("block", block_words())])
    found = {rule.entry.text: line for line in sentences() if (rule := words.find(readings(line))) is not None}
    assert sorted(found) == ["gun", "tits"]
    assert all(entry in line for entry, line in found.items())


def test_a_sentence_that_is_dressed_up_hides_no_word() -> None:
    words = Filter([("block", block_words())])
    lines = ["my casino is open", "my casino is open", "my casino is open"]
    found = [words.find(readings(line)) for line in evaders(lines)]
    assert [rule and rule.entry.text for rule in found] == ["casino"] * 3


def test_a_filter_that_is_built_in_a_thread_has_every_word() -> None:
    entries = made_up(500)
    words, _, _ = build(entries)
    assert len(words) == len({entry.text for entry in entries}) == 500
    assert words.find(readings(entries[-1].text)) is not None
