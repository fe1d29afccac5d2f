"""Lines of chat that the filter holds back: kept for the show's staff, who release or refuse them.

A line that is released goes to the room as if it were said now. Nobody else ever reads this table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from livecart.domain.chat import ChatMessage
from livecart.domain.errors import ConflictError
from livecart.domain.events import CHAT, HELD, HELD_DECIDED, ShowEvent
from livecart.domain.held import HeldLine, HeldState, hold, require_room, text_refused
from livecart.domain.ids import EventId, MessageId, ShowId
from livecart.domain.people import Person
from livecart.domain.rulings import line_decided
from livecart.domain.staffing import Duty
from livecart.domain.word_list import Rule
from livecart.services.chat_views import around, message_view
from livecart.services.ports import Clock, ShowLog
from livecart.services.staffing import staffed
from livecart.services.store import Page, Store, Transaction
from livecart.services.telling import Telling
from livecart.services.views import person_view

TOLD_AUTHOR = "chat.held"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept under a message's key, and whether it waits for the staff."""

    message: ChatMessage
    held: bool


class HeldLines:
    def __init__(self, store: Store, log: ShowLog, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._telling = Telling(store, log)

    async def keep(self, message: ChatMessage, author: Person, rule: Rule) -> Kept:
        """Keeps a line for the staff. The same key is the same line: where it was said already, that is the answer.

        Raises LimitedError `held_full`, InvalidError `text_refused` for one that was refused, UnavailableError.
        """
        async with self._store.write() as tx:
            (said,) = await tx.chat.find_all([message])
            if said is not None:
                return Kept(said, held=False)
            line = await tx.held.find(message.show, message.author, message.key)
            if line is None:
                require_room(*await tx.held.count(message.show, message.author))
                line = await tx.held.add(hold(message, rule))
                if line.message.id == message.id:
                    await tx.outbox.add(_event(HELD, line, await _view(tx, line, author), message.at_ms))
        if line.state is HeldState.REFUSED:
            raise text_refused(line.by.rule)
        return Kept(line.message, held=True)

    async def waiting(self, person: Person, show: ShowId, page: Page) -> tuple[list[dict[str, Any]], str | None]:
        """The oldest first, with the next cursor. Raises NotFoundError, ForbiddenError."""
        async with self._store.read() as tx:
            await staffed(tx, person, show, Duty.HELD)
            found = await tx.held.waiting(show, Page(page.limit + 1, page.after, oldest_first=True))
            shown = found[: page.limit]
            people = await tx.people.many([line.message.author for line in shown])
            views = [await _view(tx, line, people[line.message.author]) for line in shown]
        return views, shown[-1].message.id if len(found) > len(shown) else None

    async def release(self, person: Person, show_id: ShowId, message: MessageId) -> dict[str, Any]:
        """Answers the line as the room gets it.

        Raises NotFoundError, ForbiddenError, ConflictError `held_decided`, `show_ended` or `author_muted`,
        UnavailableError.
        """
        async with self._store.write() as tx:
            (await staffed(tx, person, show_id, Duty.HELD)).require_open()
            line = await keep_decision(tx, person, show_id, message, HeldState.RELEASED, self._clock.now_ms())
            assert line.decided_at_ms is not None
            if await tx.sanctions.of(line.message.author, show_id, line.decided_at_ms):
                raise ConflictError("its author is muted or banned by now; refuse it", code="author_muted")
            said = replace(line.message, at_ms=line.decided_at_ms)
            author = await tx.people.get(said.author)
            view = message_view(said, author, await around(tx, [said]))
            event = ShowEvent(EventId(said.id), show_id, CHAT, view, said.at_ms)
            (kept,) = await tx.chat.add_all([said])
            if kept.id == said.id:
                await tx.outbox.add(event)
        if kept.id == said.id:
            await self._telling.tell(show_id, event)
        return view

    async def refuse(self, person: Person, show_id: ShowId, message: MessageId) -> dict[str, Any]:
        """Raises NotFoundError, ForbiddenError, ConflictError `held_decided`, UnavailableError."""
        async with self._store.write() as tx:
            await staffed(tx, person, show_id, Duty.HELD)
            line = await keep_decision(tx, person, show_id, message, HeldState.REFUSED, self._clock.now_ms())
        return {"id": line.message.id, "state": line.state.value}


async def keep_decision(
    tx: Transaction, person: Person, show: ShowId, message: MessageId, state: HeldState, now_ms: int
) -> HeldLine:
    """The one place where a decision on a held line is made; in the caller's transaction, and told after its commit.

    Raises NotFoundError, ConflictError `held_decided` naming who was faster.
    """
    line = await tx.held.get(show, message)
    if line.decided_by is not None:
        faster = (await tx.people.get(line.decided_by)).display_name
        raise ConflictError(f"{faster} has {line.state} this line already", code="held_decided")
    line = line.decided(state, person.id, now_ms)
    await tx.held.save_decision(line)
    await tx.log.append(line_decided(line))
    decided = {"id": line.message.id, "state": state.value, "by": person_view(person)}
    told = {"show": show, "message": line.message.id, "state": state.value}
    author = ShowEvent(EventId(f"{TOLD_AUTHOR}:{message}"), show, TOLD_AUTHOR, told, now_ms, line.message.author)
    await tx.outbox.add(_event(HELD_DECIDED, line, decided, now_ms), author)
    return line


async def _view(tx: Transaction, line: HeldLine, author: Person) -> dict[str, Any]:
    """For the staff's eyes."""
    return {
        "message": message_view(line.message, author, await around(tx, [line.message])),
        "rule": line.by.rule,
        "list": line.by.list,
        "entry": line.by.entry,
    }


def _event(type_: str, line: HeldLine, data: dict[str, Any], at_ms: int) -> ShowEvent:
    return ShowEvent(EventId(f"{type_}:{line.message.id}"), line.message.show, type_, data, at_ms)
