"""The machine's notes on a topic, and by when it is due."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from livecart.domain.annotating import SIMILAR_MAX, NoteKind, annotate
from livecart.domain.ids import PersonId, TopicId
from livecart.domain.taxonomy import TAXONOMY
from livecart.domain.topic import CATEGORIES, DUE_AFTER_MS, DUE_BEFORE_SHOW_MS, Topic, TopicStatus, TopicText

TEXT = TopicText("Tea from Yunnan", "food", "How it is made and brewed, and why it is dark.", "en", None, ())


def topic(name: str = "t", **changed: Any) -> Topic:
    text = TopicText(**{**{field: getattr(TEXT, field) for field in TopicText.__slots__}, **changed})
    return Topic(TopicId(name), PersonId("mei"), 1, TopicStatus.IN_REVIEW, text, 0, submitted_at_ms=0)


def test_every_category_has_a_policy_and_words_that_can_be_found() -> None:
    assert set(TAXONOMY) == CATEGORIES
    for key, category in TAXONOMY.items():
        assert category.key == key
        assert len(category.policy) > 20
        assert all(word == word.casefold() for word in category.restricted)


def test_an_ordinary_topic_has_no_notes() -> None:
    assert annotate(topic(), ["Dark tea, 100 g"], [], 0) == []


@pytest.mark.parametrize(
    ("changed", "goods", "kind", "where"),
    [
        ({"title": "Tea and WINE"}, [], NoteKind.RESTRICTED_GOODS, "title"),
        ({"title": "Tea and \uff57ine"}, [], NoteKind.RESTRICTED_GOODS, "title"),
        ({"title": "茶和白酒"}, [], NoteKind.RESTRICTED_GOODS, "title"),
        ({"summary": "A tea that is guaranteed to last."}, [], NoteKind.CLAIM, "summary"),
        ({}, ["Diet pill tea"], NoteKind.RESTRICTED_GOODS, "product"),
        ({"planned_at_ms": 99}, [], NoteKind.SHORT_NOTICE, "planned_at"),
    ],
)
def test_what_stands_on_a_list_is_noted_with_its_place(
    changed: dict[str, Any], goods: list[str], kind: NoteKind, where: str
) -> None:
    (note,) = annotate(topic(**changed), goods, [], 100)
    assert (note.kind, note.where) == (kind, where)


@pytest.mark.parametrize("title", ["Twined tea", "Winery tours", "Swine", "wine1"])
def test_a_word_inside_another_is_none(title: str) -> None:
    assert annotate(topic(title=title), [], []) == []


def test_the_words_of_one_category_are_not_those_of_another() -> None:
    assert annotate(topic(title="Wine glasses", category="home"), [], []) == []


def test_a_rejected_topic_that_says_the_same_is_named_and_the_likest_first() -> None:
    rejected = [
        topic("same"),
        topic("near", title="Tea from Yunnan!"),
        topic("far", title="Cups", summary="Thrown, glazed and fired by hand in the mountains."),
        topic("t"),
        *(topic(f"more{number}", title=f"Tea from Yunnan {number}") for number in range(5)),
    ]
    notes = annotate(topic(), [], rejected)
    assert len(notes) == SIMILAR_MAX
    assert (notes[0].where, notes[0].rule) in {("same", "100 %"), ("near", "100 %")}
    assert "far" not in {note.where for note in notes}


def test_a_topic_is_due_in_a_day_or_before_its_show() -> None:
    assert topic().due_at_ms() == DUE_AFTER_MS
    assert topic(planned_at_ms=2 * DUE_BEFORE_SHOW_MS).due_at_ms() == DUE_BEFORE_SHOW_MS
    assert topic(planned_at_ms=10 * DUE_AFTER_MS).due_at_ms() == DUE_AFTER_MS
    assert replace(topic(), status=TopicStatus.APPROVED).due_at_ms() is None
