"""What the moderation log says of each kind of decision."""

from __future__ import annotations

from collections.abc import Mapping

from livecart.domain.call import Call
from livecart.domain.chat import ChatMessage
from livecart.domain.chat_rules import ChatRules
from livecart.domain.held import HeldLine, HeldState
from livecart.domain.ids import PersonId
from livecart.domain.moderation_log import Ruling, RulingKind, Words
from livecart.domain.people import Person
from livecart.domain.sessions import Ban
from livecart.domain.show import Show
from livecart.domain.taxonomy import TAXONOMY, Category
from livecart.domain.topic import Topic, TopicStatus

_TOPIC_KINDS = {
    TopicStatus.APPROVED: RulingKind.TOPIC_APPROVED,
    TopicStatus.REJECTED: RulingKind.TOPIC_REJECTED,
    TopicStatus.CHANGES_REQUESTED: RulingKind.TOPIC_CHANGES_REQUESTED,
    TopicStatus.IN_REVIEW: RulingKind.TOPIC_REOPENED,
}


def rule_of(category: str, taxonomy: Mapping[str, Category] = TAXONOMY) -> str:
    """The category's policy in its version of now."""
    known = taxonomy.get(category)
    return f"category:{category}" if known is None else f"category:{category}@{known.version}"


def topic_decided(topic: Topic, decision_id: str, taxonomy: Mapping[str, Category] = TAXONOMY) -> Ruling:
    """Of the topic's newest decision, which is kept under `decision_id`."""
    decision = topic.decision
    assert decision is not None
    return Ruling(
        kind=_TOPIC_KINDS[decision.status],
        at_ms=decision.at_ms,
        by=decision.moderator,
        subject=f"topic:{topic.id}",
        person=topic.creator,
        rule=rule_of(topic.text.category, taxonomy),
        code=decision.code,
        evidence=f"topic_decision:{decision_id}",
        words=Words(decision.reason, topic.text.title),
    )


def second_opinion_asked(topic: Topic, referral_id: str) -> Ruling:
    """Of the topic's newest referral, which a moderator made."""
    asked = topic.referrals[-1]
    return Ruling(
        kind=RulingKind.TOPIC_SECOND_OPINION,
        at_ms=asked.at_ms,
        by=asked.by,
        subject=f"topic:{topic.id}",
        person=topic.creator,
        evidence=f"topic_referral:{referral_id}",
        words=Words(asked.text, topic.text.title),
    )


def banned(ban: Ban) -> Ruling:
    return Ruling(
        kind=RulingKind.PERSON_BANNED,
        at_ms=ban.at_ms,
        by=ban.by,
        subject=f"person:{ban.person}",
        person=ban.person,
        evidence=f"ban:{ban.id}",
        words=Words(ban.reason),
    )


def unbanned(ban: Ban, by: PersonId | None, at_ms: int) -> Ruling:
    """All bans of the person that held are lifted together; `ban` is the longest of them."""
    return Ruling(
        kind=RulingKind.PERSON_UNBANNED,
        at_ms=at_ms,
        by=by,
        subject=f"person:{ban.person}",
        person=ban.person,
        evidence=f"unban:{ban.person}:{at_ms}",
        words=Words(ban.reason),
    )


def role_given(person: Person, at_ms: int) -> Ruling:
    """By the operator, who alone gives roles."""
    return Ruling(
        kind=RulingKind.ROLE_GIVEN,
        at_ms=at_ms,
        by=None,
        subject=f"person:{person.id}",
        person=person.id,
        code=person.role.value,
        evidence=f"person:{person.id}",
    )


def password_reset(person: PersonId, at_ms: int) -> Ruling:
    return Ruling(kind=RulingKind.PASSWORD_RESET, at_ms=at_ms, by=None, subject=f"person:{person}", person=person)


def message_deleted(message: ChatMessage) -> Ruling | None:
    """None if its author took it back, which is nobody's ruling."""
    deletion = message.deletion
    assert deletion is not None
    if deletion.person == message.author:
        return None
    return Ruling(
        kind=RulingKind.CHAT_DELETED,
        at_ms=deletion.at_ms,
        by=deletion.person,
        subject=f"show:{message.show}",
        person=message.author,
        rule=f"chat:{deletion.by.value}",
        evidence=f"message:{message.id}",
        words=Words(None, message.text),
    )


def line_decided(line: HeldLine) -> Ruling:
    """Raises ValueError for one that still waits."""
    kinds = {HeldState.RELEASED: RulingKind.CHAT_RELEASED, HeldState.REFUSED: RulingKind.CHAT_REFUSED}
    if line.decided_at_ms is None:
        raise ValueError(f"nobody has decided on line {line.message.id}")
    return Ruling(
        kind=kinds[line.state],
        at_ms=line.decided_at_ms,
        by=line.decided_by,
        subject=f"show:{line.message.show}",
        person=line.message.author,
        rule=line.by.rule,
        evidence=f"held:{line.message.id}",
        words=Words(None, line.message.text),
    )


def word_list_changed(by: PersonId, name: str, version: int, at_ms: int) -> Ruling:
    """One that holds in all shows. The host's own list is his own."""
    return Ruling(
        kind=RulingKind.WORD_LIST,
        at_ms=at_ms,
        by=by,
        subject=f"word_list:{name}",
        evidence=f"word_list:{name}:{version}",
    )


def chat_ruled(by: Person, show: Show, rules: ChatRules, at_ms: int) -> Ruling | None:
    """None for the host, whose own chat it is."""
    if by.id == show.creator:
        return None
    told = f"slow_s={rules.slow_s} links={rules.links.value} who={rules.who.value}"
    return Ruling(
        kind=RulingKind.CHAT_RULES,
        at_ms=at_ms,
        by=by.id,
        subject=f"show:{show.id}",
        person=show.creator,
        evidence=f"chat_rules:{show.id}:{rules.version}",
        words=Words(None, f"{told} followed_minutes={rules.followed_minutes}"),
    )


def message_pinned(by: Person, show: Show, rules: ChatRules, at_ms: int) -> Ruling | None:
    """As `chat_ruled`; the message may also be taken down."""
    if by.id == show.creator:
        return None
    return Ruling(
        kind=RulingKind.CHAT_PINNED,
        at_ms=at_ms,
        by=by.id,
        subject=f"show:{show.id}",
        person=show.creator,
        code="pinned" if rules.pinned else "taken_down",
        evidence=f"chat_rules:{show.id}:{rules.version}",
    )


def show_ended(by: Person, show: Show, at_ms: int) -> Ruling | None:
    """None for the host, whose show it is."""
    if by.id == show.creator:
        return None
    return Ruling(
        kind=RulingKind.SHOW_ENDED,
        at_ms=at_ms,
        by=by.id,
        subject=f"show:{show.id}",
        person=show.creator,
        evidence=f"show:{show.id}",
        words=Words(None, show.title),
    )


def call_decided(by: Person, show: Show, call: Call | None, act: str, at_ms: int) -> Ruling | None:
    """As `chat_ruled`; `call` is None for what concerns the show's queue or its rules."""
    if by.id == show.creator:
        return None
    return Ruling(
        kind=RulingKind.CALL_DECIDED,
        at_ms=at_ms,
        by=by.id,
        subject=f"show:{show.id}",
        person=show.creator if call is None else call.person,
        code=act,
        evidence=None if call is None else f"call:{call.id}:{call.version}",
        words=None if call is None else Words(call.reason, call.note or None),
    )


def order_refunded(by: PersonId, buyer: PersonId, order: str, refund: str, reason: str, at_ms: int) -> Ruling:
    """Of somebody who may refund any order, and has sold nothing of this one."""
    return Ruling(
        kind=RulingKind.ORDER_REFUNDED,
        at_ms=at_ms,
        by=by,
        subject=f"order:{order}",
        person=buyer,
        evidence=f"refund:{refund}",
        words=Words(reason),
    )
