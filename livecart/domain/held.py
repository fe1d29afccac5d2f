"""A line of chat that the filter holds back: nobody but the show's staff sees it until one of them has decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from livecart.domain.chat import ChatMessage
from livecart.domain.errors import ConflictError, InvalidError, LimitedError
from livecart.domain.ids import PersonId
from livecart.domain.word_list import Rule

# More than a show's staff gets through; and no single author may fill it.
WAITING_MAX = 500
WAITING_OF_AUTHOR_MAX = 5
_LATER_MS = 10_000


class HeldState(StrEnum):
    WAITING = "waiting"
    RELEASED = "released"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class CaughtBy:
    """The rule as it was when the line was said: its id, its list, and the entry that was found."""

    rule: str
    list: str
    entry: str


@dataclass(frozen=True, slots=True)
class HeldLine:
    message: ChatMessage
    by: CaughtBy
    state: HeldState = HeldState.WAITING
    decided_by: PersonId | None = None
    decided_at_ms: int | None = None

    def decided(self, state: HeldState, person: PersonId, now_ms: int) -> HeldLine:
        """Raises ConflictError `held_decided`."""
        if self.state is not HeldState.WAITING:
            raise ConflictError(f"this line was {self.state} already", code="held_decided")
        return replace(self, state=state, decided_by=person, decided_at_ms=now_ms)


def hold(message: ChatMessage, rule: Rule) -> HeldLine:
    return HeldLine(message, CaughtBy(rule.id, rule.list, rule.entry.text))


def text_refused(rule: str, *, field: str = "text") -> InvalidError:
    """Names the rule and never its word: whoever is told which word it was knows how to write it next time."""
    fault = f"the {field.replace('_', ' ')} has something in it that is not allowed here"
    where = {} if field == "text" else {field: "something else"}
    return InvalidError(fault, code="text_refused", fields=where | {"rule": rule})


def require_room(waiting: int, of_author: int) -> None:
    """Raises LimitedError `held_full`."""
    if waiting >= WAITING_MAX or of_author >= WAITING_OF_AUTHOR_MAX:
        raise LimitedError("too many messages wait to be looked at", code="held_full", retry_after_ms=_LATER_MS)
