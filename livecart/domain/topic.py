"""A topic: what a creator wants to talk about and sell, and its way through review.

Only the states and rules are here; the queue, claims in SQL and permissions are in services/topics.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError
from livecart.domain.ids import PersonId, ProductId, TopicId
from livecart.domain.reason_code import REASON_CODES
from livecart.domain.taxonomy import TAXONOMY, Category
from livecart.domain.text import check_text

# A moderator who claimed a topic and went away blocks it no longer than this.
CLAIM_MS = 10 * 60 * 1000
# How long a moderator may take his own decision back: a wrong key, seen at once.
UNDO_MS = 30 * 1000
PRODUCTS_MAX = 200
CATEGORIES = frozenset(TAXONOMY)
# A topic is to be judged within a day, and an hour before its show begins.
DUE_AFTER_MS = 24 * 3600 * 1000
DUE_BEFORE_SHOW_MS = 3600 * 1000
# The form of BCP 47: a language, and perhaps a script and a region.
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
DECISION_CODES = frozenset(REASON_CODES)


class TopicStatus(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    CHANGES_REQUESTED = "changes_requested"
    EXPIRED = "expired"


class TopicStep(StrEnum):
    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    REQUEST_CHANGES = "request_changes"
    EXPIRE = "expire"
    EDIT = "edit"
    UNDO = "undo"
    REVOKE = "revoke"
    APPEAL = "appeal"


TRANSITIONS: dict[TopicStatus, dict[TopicStep, TopicStatus]] = {
    TopicStatus.DRAFT: {TopicStep.SUBMIT: TopicStatus.IN_REVIEW, TopicStep.EDIT: TopicStatus.DRAFT},
    TopicStatus.IN_REVIEW: {
        TopicStep.APPROVE: TopicStatus.APPROVED,
        TopicStep.REJECT: TopicStatus.REJECTED,
        TopicStep.REQUEST_CHANGES: TopicStatus.CHANGES_REQUESTED,
        TopicStep.EDIT: TopicStatus.IN_REVIEW,
    },
    TopicStatus.CHANGES_REQUESTED: {
        TopicStep.SUBMIT: TopicStatus.IN_REVIEW,
        TopicStep.EDIT: TopicStatus.DRAFT,
        TopicStep.UNDO: TopicStatus.IN_REVIEW,
    },
    # What was approved is what moderators read: another text is to be read again.
    TopicStatus.APPROVED: {
        TopicStep.EXPIRE: TopicStatus.EXPIRED,
        TopicStep.EDIT: TopicStatus.IN_REVIEW,
        TopicStep.UNDO: TopicStatus.IN_REVIEW,
        TopicStep.REVOKE: TopicStatus.REJECTED,
    },
    TopicStatus.REJECTED: {TopicStep.APPEAL: TopicStatus.IN_REVIEW, TopicStep.UNDO: TopicStatus.IN_REVIEW},
    TopicStatus.EXPIRED: {TopicStep.SUBMIT: TopicStatus.IN_REVIEW, TopicStep.EDIT: TopicStatus.DRAFT},
}


class DecidedError(ConflictError):
    """Somebody else was faster. `fields` says who, and what he decided or until when he judges."""

    code = "topic_state"

    def __init__(self, message: str, *, code: str | None = None, fields: dict[str, str]) -> None:
        super().__init__(message, code=code)
        self.fields = fields


class ReferralKind(StrEnum):
    """Why a topic is to be judged by another moderator."""

    APPEAL = "appeal"
    SECOND_OPINION = "second_opinion"


@dataclass(frozen=True, slots=True)
class Referral:
    """Asks for another judge than `barred`: the creator does after a rejection, a moderator when he is in doubt."""

    kind: ReferralKind
    by: PersonId
    barred: PersonId
    text: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A moderator's hold on a topic, so that two do not judge the same one."""

    moderator: PersonId
    until_ms: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What a moderator decided; `code` and `reason` are set unless the topic was approved.

    `in_review` takes the decision before it back.
    """

    status: TopicStatus
    moderator: PersonId
    at_ms: int
    code: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class TopicText:
    """What the creator fills in; `cover` is where its picture is served."""

    title: str
    category: str
    summary: str
    language: str
    planned_at_ms: int | None
    products: tuple[ProductId, ...]
    cover: str | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """`referrals` are those of this version; `expires_at_ms` of an approval, None: never."""

    id: TopicId
    creator: PersonId
    version: int
    status: TopicStatus
    text: TopicText
    created_at_ms: int
    submitted_at_ms: int | None = None
    claim: Claim | None = None
    decision: Decision | None = None
    referrals: tuple[Referral, ...] = ()
    expires_at_ms: int | None = None

    def submit(self, now_ms: int) -> Topic:
        status = advance(self.status, TopicStep.SUBMIT)
        return replace(self, status=status, submitted_at_ms=now_ms, claim=None, expires_at_ms=None)

    def edit(self, text: TopicText, now_ms: int) -> Topic:
        """With another text. What was handed in once gets a new version; what was approved goes to review again."""
        status = advance(self.status, TopicStep.EDIT)
        if text == self.text:
            return self
        changed = replace(self, text=text, status=status, claim=None, expires_at_ms=None)
        if self.submitted_at_ms is None:
            return changed
        submitted = now_ms if status is TopicStatus.IN_REVIEW else self.submitted_at_ms
        return replace(changed, version=self.version + 1, submitted_at_ms=submitted, referrals=())

    def claim_by(self, moderator: PersonId, now_ms: int) -> Topic:
        """Holds the topic for `moderator`, anew if it is already his."""
        self._judgeable_by(moderator, now_ms)
        return replace(self, claim=Claim(moderator, now_ms + CLAIM_MS))

    def decide(self, step: TopicStep, decision: Decision) -> Topic:
        """Applies a moderator's decision. Unclaimed topics may be decided at once; another's claim is respected."""
        self._judgeable_by(decision.moderator, decision.at_ms)
        return replace(self, status=advance(self.status, step), claim=None, decision=decision)

    def undo(self, moderator: PersonId, now_ms: int) -> Topic:
        """Takes his own newest decision back, and holds the topic for him. Raises ForbiddenError, ConflictError."""
        made = self.decision
        if made is not None and made.moderator != moderator:
            raise ForbiddenError("only who decided takes it back", code="not_yours")
        status = advance(self.status, TopicStep.UNDO)
        if made is None or now_ms - made.at_ms > UNDO_MS:
            raise ConflictError(f"a decision can be taken back for {UNDO_MS // 1000} seconds only", code="too_late")
        claim = Claim(moderator, now_ms + CLAIM_MS)
        decision = Decision(status, moderator, now_ms)
        return replace(self, status=status, claim=claim, decision=decision, expires_at_ms=None)

    def revoke(self, decision: Decision) -> Topic:
        """Takes an approval back for good, whoever gave it. Raises ForbiddenError, ConflictError `topic_state`."""
        if decision.moderator == self.creator:
            raise ForbiddenError("nobody judges a topic of his own", code="own_topic")
        status = advance(self.status, TopicStep.REVOKE)
        return replace(self, status=status, claim=None, decision=decision, expires_at_ms=None)

    def second_opinion(self, moderator: PersonId, text: str, now_ms: int) -> Topic:
        """Leaves the topic to another moderator."""
        self._judgeable_by(moderator, now_ms)
        asked = Referral(ReferralKind.SECOND_OPINION, moderator, moderator, text, now_ms)
        return replace(self, claim=None, referrals=(*self.referrals, asked))

    def appeal(self, text: str, now_ms: int) -> Topic:
        """The creator's, once for each version; another moderator than the first judges it."""
        status, made = advance(self.status, TopicStep.APPEAL), self.decision
        assert made is not None
        if any(referral.kind is ReferralKind.APPEAL for referral in self.referrals):
            raise ConflictError("this version was appealed already", code="already_appealed")
        asked = Referral(ReferralKind.APPEAL, self.creator, made.moderator, text, now_ms)
        return replace(self, status=status, claim=None, submitted_at_ms=now_ms, referrals=(*self.referrals, asked))

    def expire(self) -> Topic:
        return replace(self, status=advance(self.status, TopicStep.EXPIRE))

    def due_at_ms(self) -> int | None:
        """By when it is to be judged; the queue's order. None when it waits for nobody."""
        if self.status is not TopicStatus.IN_REVIEW or self.submitted_at_ms is None:
            return None
        due_ms = self.submitted_at_ms + DUE_AFTER_MS
        planned = self.text.planned_at_ms
        return due_ms if planned is None else min(due_ms, planned - DUE_BEFORE_SHOW_MS)

    def is_approved(self, now_ms: int) -> bool:
        """An approval that has run out is none, also before the clock's job has said so."""
        return self.status is TopicStatus.APPROVED and (self.expires_at_ms is None or now_ms < self.expires_at_ms)

    def _judgeable_by(self, moderator: PersonId, now_ms: int) -> None:
        if moderator == self.creator:
            raise ForbiddenError("nobody judges a topic of his own", code="own_topic")
        if any(referral.barred == moderator for referral in self.referrals):
            raise ForbiddenError("another moderator has to judge this topic now", code="other_moderator")
        if self.status is not TopicStatus.IN_REVIEW:
            raise ConflictError(f"the topic is {self.status}, not in review", code="topic_state")
        if self.claim and self.claim.moderator != moderator and self.claim.until_ms > now_ms:
            raise ConflictError("another moderator is judging this topic", code="topic_claimed")


def advance(status: TopicStatus, step: TopicStep) -> TopicStatus:
    """The status after `step`; raises ConflictError naming both if the table has no such step."""
    try:
        return TRANSITIONS[status][step]
    except KeyError:
        raise ConflictError(f"a topic that is {status} cannot {step}", code="topic_state") from None


def check_topic(text: TopicText, taxonomy: Mapping[str, Category] = TAXONOMY) -> TopicText:
    """Returns the topic's text cleaned; raises InvalidError naming the field at fault."""
    categories = sorted(key for key, category in taxonomy.items() if not category.retired)
    title = check_text("title", text.title, 3, 80)
    summary = check_text("summary", text.summary, 10, 2_000, lines=True)
    if text.category not in categories:
        raise InvalidError("no such category", fields={"category": f"one of {', '.join(categories)}"})
    if not _LANGUAGE.fullmatch(text.language):
        raise InvalidError("this is no language", fields={"language": "a BCP 47 tag such as en or zh-CN"})
    if len(set(text.products)) != len(text.products) or len(text.products) > PRODUCTS_MAX:
        raise InvalidError("the goods are not valid", fields={"products": f"at most {PRODUCTS_MAX}, each once"})
    return replace(text, title=title, summary=summary)


def check_plea(text: str) -> str:
    """Returns the cleaned words of who asks for another judge."""
    return check_text("reason", text, 1, 1_000, lines=True)


def check_reason(code: str, reason: str) -> str:
    """Returns the cleaned reason of a decision against a topic."""
    if code not in DECISION_CODES:
        raise InvalidError("no such reason code", fields={"code": f"one of {', '.join(sorted(DECISION_CODES))}"})
    return check_text("reason", reason, 1, 1_000, lines=True)
