"""The taxonomy as data that admins change, and what creators read of a reason code."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from livecart.domain.annotating import NEARLY_EQUAL, NoteKind, annotate, near_duplicates
from livecart.domain.errors import InvalidError
from livecart.domain.ids import PersonId, TopicId
from livecart.domain.reason_code import REASON_CODES, reason_text
from livecart.domain.taxonomy import TAXONOMY, Category, check_category_edit, current
from livecart.domain.topic import DECISION_CODES, Topic, TopicStatus, TopicText, check_topic

PETS = Category(
    "pets", 1, "Animals and their keep.", ("Tiger ", "tiger", "象牙"), "family", {"en": "Pets", "zh": "宠物"}
)
TEXT = TopicText("Cats at home", "pets", "What a cat needs, and what it does not need.", "en", None, ())


def topic(text: TopicText = TEXT, name: str = "t") -> Topic:
    return Topic(TopicId(name), PersonId("mei"), 1, TopicStatus.IN_REVIEW, text, 0, 0)


def test_what_was_changed_stands_over_what_a_shop_begins_with() -> None:
    changed = replace(TAXONOMY["food"], version=2, policy="No wine at all.")
    now = current([changed, PETS])
    assert now["food"] == changed
    assert now["pets"] == PETS
    assert {key: now[key] for key in TAXONOMY if key != "food"} == {
        key: each for key, each in TAXONOMY.items() if key != "food"
    }


def test_an_edit_is_cleaned_and_each_word_stands_once() -> None:
    checked = check_category_edit(PETS)
    assert checked.restricted == ("tiger", "象牙")
    assert checked.names == {"en": "Pets", "zh": "宠物"}


@pytest.mark.parametrize(
    "changed",
    [
        {"key": "Pets"},
        {"key": "p"},
        {"key": "9pets"},
        {"policy": "short"},
        {"policy": "x" * 2_001},
        {"restricted": ("",)},
        {"restricted": tuple(f"w{number}" for number in range(501))},
        {"group": "No Group"},
        {"names": {"fr": "Animaux"}},
        {"names": {"en": ""}},
    ],
)
def test_bad_edits_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(InvalidError):
        check_category_edit(replace(PETS, **changed))


def test_topics_keep_to_the_categories_that_hold_now() -> None:
    with pytest.raises(InvalidError):
        check_topic(TEXT)
    assert check_topic(TEXT, current([PETS])).category == "pets"
    with pytest.raises(InvalidError) as refused:
        check_topic(TEXT, current([replace(PETS, retired=True)]))
    assert "pets" not in refused.value.fields["category"]


def test_notes_go_by_the_version_that_holds_now() -> None:
    words = replace(PETS, version=4, restricted=("cat",))
    notes = annotate(topic(), [], [], None, current([words]))
    assert {(note.kind, note.rule, note.where) for note in notes} == {
        (NoteKind.RESTRICTED_GOODS, "category:pets@4", "summary")
    }


def test_near_duplicates_are_found_whoever_wrote_them_and_the_likest_first() -> None:
    same = topic(TEXT, "same")
    near = topic(replace(TEXT, summary=f"{TEXT.summary} Now!"), "near")
    far = topic(replace(TEXT, title="Dogs", summary="How to walk one through the winter without a coat."), "far")
    assert [each.id for each in near_duplicates(topic(), [far, near, same, topic()])] == ["same", "near"]
    assert NEARLY_EQUAL > 0.6


def test_every_code_has_words_in_both_languages() -> None:
    assert set(REASON_CODES) == DECISION_CODES
    assert all(set(words) == {"en", "zh"} for words in REASON_CODES.values())
    for language, known in (("zh", "zh"), ("zh-Hant-TW", "zh"), ("ZH", "zh"), ("en-GB", "en"), ("fr", "en")):
        assert reason_text("off_topic", language) == REASON_CODES["off_topic"][known]
    assert reason_text(None, "en") is reason_text("older_code", "en") is None
