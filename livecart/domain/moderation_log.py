"""The moderation log: what is written of a decision, in which bytes, and how each row is chained to the one before.

A row's hash is SHA-256 of the hash before and the row's canonical bytes, so that no row can be changed, removed or
moved without every later hash changing. Words that somebody wrote (a reason, a quoted message) stand outside: the row
has their salted hash only, so that they can be deleted for good and the chain stays whole. Checking is in log_check.py.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import astuple, dataclass
from enum import StrEnum

from livecart.domain.ids import PersonId

# What stands before the first row.
GENESIS = "0" * 64
_VERSION = b"livecart moderation log 1\n"
_MARK_VERSION = b"livecart moderation mark 1\n"


class RulingKind(StrEnum):
    """What was decided. The log keeps them as text, so that one that is no longer known can still be read."""

    TOPIC_APPROVED = "topic.approved"
    TOPIC_REJECTED = "topic.rejected"
    TOPIC_CHANGES_REQUESTED = "topic.changes_requested"
    # A decision was taken back within its half minute.
    TOPIC_REOPENED = "topic.in_review"
    TOPIC_SECOND_OPINION = "topic.second_opinion"
    PERSON_BANNED = "person.banned"
    PERSON_UNBANNED = "person.unbanned"
    # Without a show in its subject it holds everywhere.
    PERSON_MUTED = "person.muted"
    PERSON_UNMUTED = "person.unmuted"
    BANNED_FROM_SHOW = "person.banned_from_show"
    UNBANNED_FROM_SHOW = "person.unbanned_from_show"
    ROLE_GIVEN = "person.role_given"
    PASSWORD_RESET = "person.password_reset"  # noqa: S105 -- no password
    CHAT_DELETED = "chat.deleted"
    # What became of a line that the filter held back.
    CHAT_RELEASED = "chat.released"
    CHAT_REFUSED = "chat.refused"
    CHAT_PINNED = "chat.pinned"
    CHAT_RULES = "chat.rules"
    WORD_LIST = "chat.word_list"
    # What staff other than the host did about a call; the code says what.
    CALL_DECIDED = "call.decided"
    # That staff other than the two hosts put them apart.
    DUEL_ENDED = "duel.ended"
    SHOW_ENDED = "show.ended"
    SHOW_STOPPED = "show.stopped"
    HOST_WARNED = "show.host_warned"
    WARNING_WITHDRAWN = "show.warning_withdrawn"
    PRODUCT_CLOSED = "show.product_closed"
    ORDER_REFUNDED = "order.refunded"
    # What topics may be about, and who of the staff looks at what.
    CATEGORY = "topic.category"
    PERSON_GROUPS = "person.groups"
    # What became of a case of reports.
    REPORT_NO_VIOLATION = "report.no_violation"
    REPORT_ACTION_TAKEN = "report.action_taken"
    REPORT_REOPENED = "report.reopened"
    LOG_PURGED = "log.purged"
    ELIGIBILITY_RULES = "eligibility.rules"
    PERSON_INVITED = "person.invited"
    PERSON_UNINVITED = "person.uninvited"
    APPLICATION_REFUSED = "person.application_refused"
    HOLD_PLACED = "hold.placed"
    HOLD_LIFTED = "hold.lifted"


@dataclass(frozen=True, slots=True)
class Words:
    """What people wrote: why it was decided, and what it was about (a message, a title)."""

    reason: str | None = None
    quote: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A decision that is to be logged. `by` is None for the operator's command line and for the clock.

    `subject` and `evidence` are a kind and an id, such as `topic:ID` and `topic_decision:ID`; `person` is whom it is
    about; `rule` is the clause that was applied and `code` the reason's.
    """

    kind: RulingKind
    at_ms: int
    by: PersonId | None
    subject: str
    person: PersonId | None = None
    rule: str | None = None
    code: str | None = None
    evidence: str | None = None
    words: Words | None = None


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A row of the log without its hash. The order of the fields is the order of the canonical bytes."""

    number: int
    at_ms: int
    by: str | None
    kind: str
    subject: str
    person: str | None
    rule: str | None
    code: str | None
    evidence: str | None
    words_hash: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """A row as it is kept."""

    entry: LogEntry
    hash: str


class MarkKind(StrEnum):
    # The log's last row at some time.
    HEAD = "head"
    # The last row that was purged: the log goes on behind it.
    ANCHOR = "anchor"


@dataclass(frozen=True, slots=True)
class Mark:
    """What row `number` was at `at_ms`, signed. Every row up to an anchor's was older than `before_ms`."""

    kind: MarkKind
    number: int
    hash: str
    at_ms: int
    before_ms: int
    # Ed25519, both in hexadecimal.
    key: str = ""
    signature: str = ""


def entry_of(ruling: Ruling, number: int, words_hash: str | None) -> LogEntry:
    return LogEntry(
        number=number,
        at_ms=ruling.at_ms,
        by=ruling.by,
        kind=ruling.kind.value,
        subject=ruling.subject,
        person=ruling.person,
        rule=ruling.rule,
        code=ruling.code,
        evidence=ruling.evidence,
        words_hash=words_hash,
    )


def canonical(entry: LogEntry) -> bytes:
    """The same bytes for the same row, whoever computes them: a JSON array in ASCII without spaces."""
    # A row that somebody tampered with may hold anything; it has some bytes all the same.
    return _VERSION + json.dumps(astuple(entry), separators=(",", ":"), default=repr).encode()


def chained(before: str, entry: LogEntry) -> str:
    """The hash of `entry` behind a row with the hash `before`."""
    return hashlib.sha256(before.encode() + b"\n" + canonical(entry)).hexdigest()


def words_hash(salt: str, words: Words) -> str:
    """Keyed with a salt that is deleted with the words: without it, nobody can try what they may have been."""
    return hmac.new(salt.encode(), json.dumps(astuple(words)).encode(), hashlib.sha256).hexdigest()


def mark_bytes(mark: Mark) -> bytes:
    """What is signed of a mark."""
    told = [mark.kind.value, mark.number, mark.hash, mark.at_ms, mark.before_ms]
    return _MARK_VERSION + json.dumps(told, separators=(",", ":")).encode()
