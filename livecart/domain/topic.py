"""A topic: what a creator wants to talk about and sell, and its way through review.

Only the states and rules are here; the queue, claims in SQL and permissions are in services/topics.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError
from livecart.domain.ids import PersonId, ProductId, TopicId
from livecart.domain.text import check_text

# A moderator who claimed a topic and went away blocks it no longer than this.
CLAIM_MS = 10 * 60 * 1000
PRODUCTS_MAX = 200
CATEGORIES = frozenset({"travel", "reading", "parenting", "beauty", "food", "fitness", "fashion", "home", "other"})
# The form of BCP 47: a language, and perhaps a script and a region.
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
DECISION_CODES = frozenset({"off_topic", "restricted_goods", "misleading", "unclear", "other"})


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


TRANSITIONS: dict[TopicStatus, dict[TopicStep, TopicStatus]] = {
    TopicStatus.DRAFT: {TopicStep.SUBMIT: TopicStatus.IN_REVIEW},
    TopicStatus.IN_REVIEW: {
        TopicStep.APPROVE: TopicStatus.APPROVED,
        TopicStep.REJECT: TopicStatus.REJECTED,
        TopicStep.REQUEST_CHANGES: TopicStatus.CHANGES_REQUESTED,
    },
    TopicStatus.CHANGES_REQUESTED: {TopicStep.SUBMIT: TopicStatus.IN_REVIEW},
    TopicStatus.APPROVED: {TopicStep.EXPIRE: TopicStatus.EXPIRED},
    TopicStatus.REJECTED: {},
    TopicStatus.EXPIRED: {},
}


@dataclass(frozen=True, slots=True)
class Claim:
    """A moderator's hold on a topic, so that two do not judge the same one."""

    moderator: PersonId
    until_ms: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What a moderator decided; `code` and `reason` are set unless the topic was approved."""

    status: TopicStatus
    moderator: PersonId
    at_ms: int
    code: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class TopicText:
    """What the creator fills in."""

    title: str
    category: str
    summary: str
    language: str
    planned_at_ms: int | None
    products: tuple[ProductId, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    id: TopicId
    creator: PersonId
    version: int
    status: TopicStatus
    text: TopicText
    created_at_ms: int
    submitted_at_ms: int | None = None
    claim: Claim | None = None
    decision: Decision | None = None

    def submit(self, now_ms: int) -> Topic:
        status = advance(self.status, TopicStep.SUBMIT)
        return replace(self, status=status, submitted_at_ms=now_ms, claim=None)

    def claim_by(self, moderator: PersonId, now_ms: int) -> Topic:
        """Holds the topic for `moderator`, anew if it is already his."""
        self._judgeable_by(moderator, now_ms)
        return replace(self, claim=Claim(moderator, now_ms + CLAIM_MS))

    def decide(self, step: TopicStep, decision: Decision) -> Topic:
        """Applies a moderator's decision. Unclaimed topics may be decided at once; another's claim is respected."""
        self._judgeable_by(decision.moderator, decision.at_ms)
        return replace(self, status=advance(self.status, step), claim=None, decision=decision)

    def _judgeable_by(self, moderator: PersonId, now_ms: int) -> None:
        if moderator == self.creator:
            raise ForbiddenError("nobody judges a topic of his own", code="own_topic")
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


def check_topic(text: TopicText) -> TopicText:
    """Returns the topic's text cleaned; raises InvalidError naming the field at fault."""
    title = check_text("title", text.title, 3, 80)
    summary = check_text("summary", text.summary, 10, 2_000, lines=True)
    if text.category not in CATEGORIES:
        raise InvalidError("no such category", fields={"category": f"one of {', '.join(sorted(CATEGORIES))}"})
    if not _LANGUAGE.fullmatch(text.language):
        raise InvalidError("this is no language", fields={"language": "a BCP 47 tag such as en or zh-CN"})
    if len(set(text.products)) != len(text.products) or len(text.products) > PRODUCTS_MAX:
        raise InvalidError("the goods are not valid", fields={"products": f"at most {PRODUCTS_MAX}, each once"})
    return replace(text, title=title, summary=summary)


def check_reason(code: str, reason: str) -> str:
    """Returns the cleaned reason of a decision against a topic."""
    if code not in DECISION_CODES:
        raise InvalidError("no such reason code", fields={"code": f"one of {', '.join(sorted(DECISION_CODES))}"})
    return check_text("reason", reason, 1, 1_000, lines=True)
