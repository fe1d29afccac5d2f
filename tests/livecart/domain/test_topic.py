from __future__ import annotations

import pytest

from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError
from livecart.domain.ids import PersonId, ProductId, TopicId
from livecart.domain.topic import (
    CLAIM_MS,
    TRANSITIONS,
    Decision,
    Topic,
    TopicStatus,
    TopicStep,
    TopicText,
    advance,
    check_reason,
    check_topic,
)

MEI, MO, KIM = PersonId("mei"), PersonId("mo"), PersonId("kim")
TEXT = TopicText("Tea from Yunnan", "food", "How it is made and brewed", "en", None, ())


def topic(status: TopicStatus = TopicStatus.IN_REVIEW) -> Topic:
    return Topic(TopicId("t"), MEI, 1, status, TEXT, created_at_ms=0)


def decision(moderator: PersonId, at_ms: int) -> Decision:
    return Decision(TopicStatus.APPROVED, moderator, at_ms)


@pytest.mark.parametrize("status", list(TopicStatus))
@pytest.mark.parametrize("step", list(TopicStep))
def test_only_steps_of_the_table_are_taken(status: TopicStatus, step: TopicStep) -> None:
    if step in TRANSITIONS[status]:
        assert advance(status, step) is TRANSITIONS[status][step]
    else:
        with pytest.raises(ConflictError, match=f"{status} cannot {step}") as caught:
            advance(status, step)
        assert caught.value.code == "topic_state"


def test_a_claim_keeps_other_moderators_out_until_it_runs_out() -> None:
    claimed = topic().claim_by(MO, 1_000)
    with pytest.raises(ConflictError) as caught:
        claimed.decide(TopicStep.APPROVE, decision(KIM, 1_001))
    assert caught.value.code == "topic_claimed"
    late = claimed.decide(TopicStep.APPROVE, decision(KIM, 1_000 + CLAIM_MS))
    assert late.status is TopicStatus.APPROVED
    assert late.claim is None


def test_a_moderator_may_claim_again_what_he_holds() -> None:
    again = topic().claim_by(MO, 0).claim_by(MO, 500)
    assert again.claim is not None
    assert again.claim.until_ms == 500 + CLAIM_MS


def test_nobody_judges_his_own_topic() -> None:
    with pytest.raises(ForbiddenError) as caught:
        topic().decide(TopicStep.APPROVE, decision(MEI, 0))
    assert caught.value.code == "own_topic"


def test_what_is_decided_stays_decided() -> None:
    approved = topic().decide(TopicStep.APPROVE, decision(MO, 5))
    with pytest.raises(ConflictError):
        approved.decide(TopicStep.REJECT, Decision(TopicStatus.REJECTED, KIM, 6, "other", "late"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "ab"}, "title"),
        ({"title": "x" * 81}, "title"),
        ({"title": "\u202e\u200b\x00 "}, "title"),
        ({"summary": "too short"}, "summary"),
        ({"summary": "x" * 2_001}, "summary"),
        ({"summary": "e" + "\u0301" * 50_000}, "summary"),
        ({"category": "weapons"}, "category"),
        ({"language": "English"}, "language"),
        ({"products": (ProductId("a"), ProductId("a"))}, "products"),
    ],
)
def test_a_text_that_breaks_a_rule_names_its_field(changes: dict[str, object], field: str) -> None:
    values = {name: getattr(TEXT, name) for name in TopicText.__slots__}
    with pytest.raises(InvalidError) as caught:
        check_topic(TopicText(**{**values, **changes}))
    assert field in caught.value.fields


def test_eighty_graphemes_are_a_title_however_many_bytes_they_take() -> None:
    family = "👩‍👩‍👧‍👦"
    title = check_topic(TopicText(family * 80, "food", TEXT.summary, "zh", None, ())).title
    assert title == family * 80


def test_a_reason_needs_a_known_code_and_words() -> None:
    assert check_reason("off_topic", "  not about goods  ") == "not about goods"
    with pytest.raises(InvalidError):
        check_reason("because", "of that")
    with pytest.raises(InvalidError):
        check_reason("other", "   ")
