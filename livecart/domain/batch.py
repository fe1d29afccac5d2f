"""Decides a batch of commands one after the other against the same books, repeats included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from livecart.domain.books import Books, Change, Command
from livecart.domain.errors import LivecartError
from livecart.domain.idempotency import KeptAnswer, KeyScope, require_same_request
from livecart.domain.inviting import invitations, overdue


@dataclass(slots=True)
class Verdict:
    """One answer or refusal for each command, the changes to write, and the answers to keep under their keys."""

    answers: list[Any] = field(default_factory=list)
    changes: list[Change[Any]] = field(default_factory=list)
    kept: dict[KeyScope, KeptAnswer] = field(default_factory=dict)


def decide_all(
    books: Books, commands: Sequence[Command[Any]], known: Mapping[KeyScope, KeptAnswer], now_ms: int
) -> Verdict:
    """Walks the commands in their order of arrival, so that whoever came first is served first, and those who waited
    longest before all others.

    `known` are the answers of earlier batches. A refusal is an answer like any other, but is not kept.
    """
    verdict = Verdict()
    _do(books, overdue(books, now_ms), verdict)
    _do(books, invitations(books, now_ms), verdict)
    for command in commands:
        try:
            verdict.answers.append(_decide(books, command, known, verdict, now_ms))
        except LivecartError as refusal:
            verdict.answers.append(refusal)
    return verdict


def _do(books: Books, due: Iterable[Change[None]], verdict: Verdict) -> None:
    """Keeps what the waitlists do by themselves; each step follows from the books as the last one left them."""
    for change in due:
        books.keep(change)
        verdict.changes.append(change)


def _decide(
    books: Books, command: Command[Any], known: Mapping[KeyScope, KeptAnswer], verdict: Verdict, now_ms: int
) -> Any:
    request = command.request
    if request is not None:
        first = known.get(request.scope) or verdict.kept.get(request.scope)
        if first is not None:
            require_same_request(first.request_hash, request)
            return first.answer
    change = command.decide(books, now_ms)
    books.keep(change)
    verdict.changes.append(change)
    _do(books, invitations(books, now_ms), verdict)
    if request is not None:
        verdict.kept[request.scope] = KeptAnswer(request.request_hash, change.answer)
    return change.answer
