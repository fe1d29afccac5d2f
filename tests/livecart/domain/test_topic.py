from __future__ import annotations

from dataclasses import replace

import pytest

from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError
from livecart.domain.ids import PersonId, ProductId, TopicId
from livecart.domain.topic import (
    CLAIM_MS,
    TRANSITIONS,
    UNDO_MS,
    Claim,
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


def test_ones_own_decision_can_be_taken_back_for_half_a_minute() -> None:
    approved = replace(topic().decide(TopicStep.APPROVE, decision(MO, 1_000)), expires_at_ms=9)
    again = approved.undo(MO, 1_000 + UNDO_MS)
    assert (again.status, again.claim, again.expires_at_ms) == (
        TopicStatus.IN_REVIEW,
        Claim(MO, 1_000 + UNDO_MS + CLAIM_MS),
        None,
    )
    with pytest.raises(ForbiddenError) as refused:
        approved.undo(KIM, 1_000)
    assert refused.value.code == "not_yours"
    with pytest.raises(ConflictError) as late:
        approved.undo(MO, 1_001 + UNDO_MS)
    assert late.value.code == "too_late"
    with pytest.raises(ConflictError):
        topic().undo(MO, 0)


def test_whoever_asks_for_a_second_opinion_does_not_give_it_himself() -> None:
    asked = topic().claim_by(MO, 0).second_opinion(MO, "Is this tea?", 5)
    assert (asked.status, asked.claim) == (TopicStatus.IN_REVIEW, None)
    with pytest.raises(ForbiddenError) as refused:
        asked.claim_by(MO, 6)
    assert refused.value.code == "other_moderator"
    with pytest.raises(ForbiddenError):
        asked.decide(TopicStep.APPROVE, decision(MO, 6))
    assert asked.decide(TopicStep.APPROVE, decision(KIM, 6)).status is TopicStatus.APPROVED


def test_an_appeal_is_judged_by_another_and_only_once() -> None:
    rejected = topic().decide(TopicStep.REJECT, Decision(TopicStatus.REJECTED, MO, 5, "other", "no"))
    appealed = rejected.appeal("But it is tea.", 10)
    assert (appealed.status, appealed.submitted_at_ms) == (TopicStatus.IN_REVIEW, 10)
    with pytest.raises(ForbiddenError):
        appealed.claim_by(MO, 11)
    upheld = appealed.decide(TopicStep.REJECT, Decision(TopicStatus.REJECTED, KIM, 12, "other", "no"))
    with pytest.raises(ConflictError) as refused:
        upheld.appeal("Still tea.", 13)
    assert refused.value.code == "already_appealed"
    with pytest.raises(ConflictError):
        topic(TopicStatus.APPROVED).appeal("More.", 1)


def test_another_text_is_another_version_and_is_reviewed_again() -> None:
    other = replace(TEXT, title="Tea from elsewhere")
    approved = replace(topic(TopicStatus.APPROVED), submitted_at_ms=1, expires_at_ms=99)
    edited = approved.edit(other, 7)
    assert (edited.status, edited.version, edited.submitted_at_ms) == (TopicStatus.IN_REVIEW, 2, 7)
    assert (edited.expires_at_ms, edited.text) == (None, other)
    assert approved.edit(TEXT, 7) is approved, "the same text is no edit"
    in_review = replace(topic(), submitted_at_ms=1).claim_by(MO, 2).second_opinion(MO, "?", 3).claim_by(KIM, 4)
    again = in_review.edit(other, 7)
    assert (again.version, again.claim, again.referrals) == (2, None, ()), "what was said was of another text"
    assert topic(TopicStatus.DRAFT).edit(other, 7).version == 1
    sent_back = replace(topic(TopicStatus.CHANGES_REQUESTED), submitted_at_ms=1).edit(other, 7)
    assert (sent_back.status, sent_back.version) == (TopicStatus.DRAFT, 2)
    with pytest.raises(ConflictError):
        topic(TopicStatus.REJECTED).edit(other, 7)


def test_an_approval_runs_out() -> None:
    approved = replace(topic(TopicStatus.APPROVED), expires_at_ms=100)
    assert [approved.is_approved(now_ms) for now_ms in (99, 100)] == [True, False]
    assert topic(TopicStatus.APPROVED).is_approved(10**15)
    assert approved.expire().submit(101).status is TopicStatus.IN_REVIEW


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
