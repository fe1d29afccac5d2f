"""Reading the moderation log: all of it for moderators, one's own cases for everybody, and as lines for export."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from livecart.domain.errors import InvalidError
from livecart.domain.ids import PersonId
from livecart.domain.moderation_log import Link, MarkKind, RulingKind
from livecart.domain.people import Permission, Person
from livecart.services.log_marks import AT_ONCE
from livecart.services.store import Page, Store, Transaction
from livecart.services.store_moderation import KeptWords, LogFilter
from livecart.services.views import People, person_view, rfc3339

# What is done to somebody, with reasons he has a right to; the rest is bookkeeping.
CASES = (
    RulingKind.TOPIC_APPROVED,
    RulingKind.TOPIC_REJECTED,
    RulingKind.TOPIC_CHANGES_REQUESTED,
    RulingKind.TOPIC_REOPENED,
    RulingKind.PERSON_BANNED,
    RulingKind.PERSON_UNBANNED,
    RulingKind.PERSON_MUTED,
    RulingKind.PERSON_UNMUTED,
    RulingKind.BANNED_FROM_SHOW,
    RulingKind.UNBANNED_FROM_SHOW,
    RulingKind.HOST_WARNED,
    RulingKind.WARNING_WITHDRAWN,
    RulingKind.SHOW_STOPPED,
    RulingKind.PRODUCT_CLOSED,
    RulingKind.CHAT_DELETED,
    RulingKind.CHAT_PINNED,
    RulingKind.CHAT_RULES,
    RulingKind.SHOW_ENDED,
    RulingKind.ORDER_REFUNDED,
    RulingKind.PERSON_INVITED,
    RulingKind.PERSON_UNINVITED,
    RulingKind.APPLICATION_REFUSED,
    # Of reports he learns where something was done.
    RulingKind.REPORT_ACTION_TAKEN,
    RulingKind.REPORT_REOPENED,
)


class ModerationLog:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def search(self, person: Person, page: Page, wanted: LogFilter) -> tuple[list[dict[str, Any]], str | None]:
        """Newest first, with the next cursor. Raises ForbiddenError."""
        person.require(Permission.READ_LOG)
        async with self._store.read() as tx:
            shown, following = await _page(tx, wanted, page)
            views = await _entry_views(tx, shown)
        return views, following

    async def cases(self, person: Person, page: Page) -> tuple[list[dict[str, Any]], str | None]:
        """What was decided about this person, newest first, each with a statement of reasons."""
        async with self._store.read() as tx:
            shown, following = await _page(tx, LogFilter(person.id, kinds=CASES), page)
            words = await tx.log.words([link.entry.number for link in shown])
        return [case_view(link, words.get(link.entry.number)) for link in shown], following

    async def state(self, person: Person) -> dict[str, Any]:
        """How long the log is and what of it was signed; whether it is whole is the audit's to say.

        Raises ForbiddenError.
        """
        person.require(Permission.READ_LOG)
        async with self._store.read() as tx:
            head = await tx.log.head()
            signed = [mark for mark in await tx.log.marks() if mark.kind is MarkKind.HEAD]
        newest = max(signed, key=lambda mark: mark.number, default=None)
        return {
            "number": 0 if head is None else head[0],
            "hash": None if head is None or head[0] == 0 else head[1],
            "signed_number": None if newest is None else newest.number,
            "signed_at": None if newest is None else rfc3339(newest.at_ms),
        }

    async def export(self, person: Person) -> AsyncIterator[dict[str, Any]]:
        """Every row as `lines` has them, for whoever may read the log. Raises ForbiddenError."""
        person.require(Permission.READ_LOG)
        async for line in self.lines():
            yield line

    async def lines(self) -> AsyncIterator[dict[str, Any]]:
        """Every row, oldest first, with its words."""
        after = 0
        async with self._store.read() as tx:
            while links := await tx.log.links(after, AT_ONCE):
                words = await tx.log.words([link.entry.number for link in links])
                for link in links:
                    yield line_of(link, words.get(link.entry.number))
                after = links[-1].entry.number


async def _page(tx: Transaction, wanted: LogFilter, page: Page) -> tuple[Sequence[Link], str | None]:
    found = await tx.log.newest(wanted, _number(page.after), page.limit + 1)
    shown = found[: page.limit]
    return shown, str(shown[-1].entry.number) if len(found) > len(shown) else None


def _number(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        raise InvalidError("the cursor is not valid", fields={"cursor": "a cursor that an answer gave as `next`"})
    return int(cursor)


async def _entry_views(tx: Transaction, links: Sequence[Link]) -> list[dict[str, Any]]:
    words = await tx.log.words([link.entry.number for link in links])
    named = {name for link in links for name in (link.entry.by, link.entry.person) if name is not None}
    people = await tx.people.many([PersonId(name) for name in sorted(named)])
    return [entry_view(link, words.get(link.entry.number), people) for link in links]


def entry_view(link: Link, words: KeptWords | None, people: People) -> dict[str, Any]:
    """`by` is null for the operator; a person who is not there any more has an id only."""
    entry = link.entry
    return {
        "number": entry.number,
        "at": rfc3339(entry.at_ms),
        "by": _named(entry.by, people),
        "kind": entry.kind,
        "subject": entry.subject,
        "user": _named(entry.person, people),
        "rule": entry.rule,
        "code": entry.code,
        "evidence": entry.evidence,
        **_told(words),
        "words_deleted": entry.words_hash is not None and words is None,
        "hash": link.hash,
    }


def case_view(link: Link, words: KeptWords | None) -> dict[str, Any]:
    """Without the name of who decided: his office is what counts, and he is to be left alone."""
    entry = link.entry
    return {
        "number": entry.number,
        "at": rfc3339(entry.at_ms),
        "by": "operator" if entry.by is None else "staff",
        "kind": entry.kind,
        "subject": entry.subject,
        "rule": entry.rule,
        "code": entry.code,
        **_told(words),
        "hash": link.hash,
    }


def line_of(link: Link, words: KeptWords | None) -> dict[str, Any]:
    """A row with everything that its hash was made of, under the names of docs/moderation.md."""
    entry = link.entry
    kept = None if words is None else {"salt": words.salt, **_told(words)}
    return {
        "number": entry.number,
        "at_ms": entry.at_ms,
        "by": entry.by,
        "kind": entry.kind,
        "subject": entry.subject,
        "person": entry.person,
        "rule": entry.rule,
        "code": entry.code,
        "evidence": entry.evidence,
        "words_hash": entry.words_hash,
        "hash": link.hash,
        "words": kept,
    }


def _told(words: KeptWords | None) -> dict[str, Any]:
    return {
        "reason": None if words is None else words.words.reason,
        "quote": None if words is None else words.words.quote,
    }


def _named(person: str | None, people: People) -> dict[str, Any] | None:
    if person is None:
        return None
    found = people.get(PersonId(person))
    return {"id": person, "handle": None, "display_name": None} if found is None else person_view(found)
