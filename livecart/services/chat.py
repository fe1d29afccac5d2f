"""Saying something in a show: checked, kept in SQL, then numbered and announced; or held back by the filter.

Reading it is in room.py, deleting and pinning in chat_staff.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from livecart.domain.chat import ChatMessage, LeftOutError, RecentLines, check_chat_key
from livecart.domain.chat_rules import Speakers
from livecart.domain.chat_text import check_chat_text, handles_in
from livecart.domain.errors import LimitedError
from livecart.domain.events import CHAT, ShowEvent
from livecart.domain.held import text_refused
from livecart.domain.ids import EventId, MessageId, PersonId, ShowId
from livecart.domain.people import Permission, Person
from livecart.domain.show import Show
from livecart.domain.word_list import Rule, Verdict
from livecart.services.chat_filter import ChatFilter
from livecart.services.chat_views import Around, around, message_view
from livecart.services.held_lines import HeldLines
from livecart.services.ports import ChatPace, ChatWriter, Clock, Ids, ShowLog
from livecart.services.rates import SharedMeter
from livecart.services.standings import Standings
from livecart.services.store import Store, Transaction
from livecart.services.telling import Telling

# Sooner it would meet the same crowd.
LEFT_OUT_RETRY_MS = 1_000
HOSTS_KEPT = 10_000

T = TypeVar("T")

Pace = Callable[[], Awaitable[None]]
"""Raises LimitedError when the author has said as much as one person may, at all processes together."""


@dataclass(frozen=True, slots=True)
class ChatPorts:
    """`writer` keeps in batches what `store` would keep one by one; `budget` is what a show's chat carries; `words` are
    the lists in force, and `held` keeps what they hold back; `standings` says who is muted."""

    store: Store
    writer: ChatWriter
    log: ShowLog
    clock: Clock
    ids: Ids
    pace: ChatPace
    budget: SharedMeter
    words: ChatFilter
    held: HeldLines
    standings: Standings


@dataclass(frozen=True, slots=True)
class _Ready:
    """A message that may be sent, and how long its author waits until the next one.

    `sampled`: it is left out when more is written than a show's chat carries.
    """

    message: ChatMessage
    event: ShowEvent
    pause_ms: int
    sampled: bool


class _Place:
    """One line's part of what its show's chat carries.

    It is taken of this process's own before anything is asked of SQL or Redis, so that a crowd beyond what a chat
    carries costs next to nothing, and given back by a line that is refused for another reason.
    """

    def __init__(self, budget: SharedMeter, clock: Clock, show: ShowId) -> None:
        self._budget = budget
        self._clock = clock
        self._show = show
        self._taken = False

    def __enter__(self) -> _Place:
        return self

    def __exit__(self, *_: object) -> None:
        if self._taken:
            self._budget.give_back_here(self._show)

    def take(self) -> bool:
        self._taken = not self._budget.take_here(self._show, self._clock.now_ms())
        return self._taken

    async def use(self) -> bool:
        """Whether the show's chat carries the line at all processes together; it is not given back any more."""
        if not self._taken and not self.take():
            return False
        self._taken = False
        return not await self._budget.take_elsewhere(self._show)


class Chat:
    def __init__(self, ports: ChatPorts) -> None:
        self._ports = ports
        self._recent = RecentLines()
        self._telling = Telling(ports.store, ports.log)
        # Of the shows that are chatted in; a show keeps its host.
        self._hosts: dict[ShowId, PersonId] = {}

    async def send(
        self,
        author: Person,
        show: ShowId,
        text: str,
        key: str | None = None,
        reply_to: str | None = None,
        *,
        pace: Pace | None = None,
    ) -> dict[str, Any]:
        """Returns the message's view after its commit and its publication; while Redis is away that is still to come.
        With `held` in it the filter keeps it back: the show's staff alone sees it until it is released.

        The same key is the same message: sending it again answers, and if need be publishes, the first one. Raises
        ForbiddenError (also `muted`, `chat_closed`, `followers_only`, `links_not_allowed`), InvalidError (also
        `text_refused`), NotFoundError, ConflictError `duplicate`, `show_ended` or `message_deleted`, LimitedError in
        slow mode or `held_full`, LeftOutError in a crowded show (never for its staff, nor who is exempt from rates
        and so has no `pace`), UnavailableError.
        """
        author.require(Permission.CHAT)
        self._ports.standings.require_may_write(author.id, show)
        message = self._compose(author, show, text, key)
        with _Place(self._ports.budget, self._ports.clock, message.show) as place:
            if pace is not None and not self._is_staff(author, show) and not place.take():
                return await self._said(author, await self._said_before(message))
            if pace is not None:
                await pace()
            async with self._ports.store.read() as tx:
                ready = await self._allowed(tx, author, message, None if reply_to is None else MessageId(reply_to))
            rule = await self._caught(author, ready)
            if rule is not None:
                return await self._withheld(author, ready, rule)
            kept = await self._keep(ready, place if pace is not None and ready.sampled else None)
        if kept.id != message.id:
            return await self._said(author, kept)
        await self._telling.tell(show, ready.event)
        return dict(ready.event.data)

    async def _said(self, author: Person, kept: ChatMessage) -> dict[str, Any]:
        """The answer to a message that was sent before."""
        kept.require_there()
        await self._telling.catch_up(kept.show)
        return await self._view(author, kept)

    async def _view(self, author: Person, message: ChatMessage) -> dict[str, Any]:
        async with self._ports.store.read() as tx:
            return message_view(message, author, await around(tx, [message]))

    def _compose(self, author: Person, show: ShowId, text: str, key: str | None) -> ChatMessage:
        message_id = MessageId(self._ports.ids.new())
        return ChatMessage(
            id=message_id,
            show=show,
            author=author.id,
            key=message_id if key is None else check_chat_key(key),
            text=check_chat_text(text),
            at_ms=self._ports.clock.now_ms(),
        )

    async def _allowed(
        self, tx: Transaction, author: Person, message: ChatMessage, reply_to: MessageId | None
    ) -> _Ready:
        """Asks the show, its rules, the message that is answered and the people who are mentioned."""
        show = await tx.shows.get(message.show)
        self._remember(show)
        rules = await tx.chat_desks.rules(show.id)
        staff = bool(self._ports.standings.of(author, show.id, show.creator).duties)
        followed_ms = None
        if rules.who is Speakers.FOLLOWERS and not staff:
            since_ms = await tx.follows.since(author.id, show.creator)
            followed_ms = None if since_ms is None else message.at_ms - since_ms
        rules.require(message.text, staff=staff, followed_ms=followed_ms)
        show.require_open()
        if reply_to is not None:
            (await tx.chat.get(show.id, reply_to)).require_there()
        mentioned = await tx.people.by_handles(handles_in(message.text))
        answered = {} if reply_to is None else await tx.chat.authors([reply_to])
        message = replace(message, reply_to=reply_to, mentions=tuple(person.id for person in mentioned))
        near = Around(answered, {person.id: person for person in mentioned})
        view = message_view(message, author, near)
        event = ShowEvent(EventId(message.id), show.id, CHAT, view, message.at_ms)
        return _Ready(message, event, rules.pause_ms(staff=staff), not staff)

    async def _caught(self, author: Person, ready: _Ready) -> Rule | None:
        """The rule that the message is caught by. A show's staff is not held back: it would release its own lines;
        what the moderators deny is denied to the host too."""
        if author.may(Permission.MODERATE_CHAT):
            return None
        rule = await self._ports.words.find(ready.message.show if ready.sampled else None, ready.message.text)
        return rule if rule is None or ready.sampled or rule.entry.verdict is Verdict.DENY else None

    async def _withheld(self, author: Person, ready: _Ready, rule: Rule) -> dict[str, Any]:
        """Held or refused; unless it was said before the rule was made, and only the answer was lost."""
        if rule.entry.verdict is Verdict.DENY:
            before = await self._ports.writer.find(ready.message)
            if before is None:
                raise text_refused(rule.id)
            return await self._said(author, before)
        kept = await self._paced(ready, lambda: self._ports.held.keep(ready.message, author, rule))
        if not kept.held:
            return await self._said(author, kept.message)
        return {**await self._view(author, kept.message), "held": True}

    async def _keep(self, ready: _Ready, place: _Place | None) -> ChatMessage:
        return await self._paced(ready, lambda: self._write(ready, place))

    async def _paced(self, ready: _Ready, keep: Callable[[], Awaitable[T]]) -> T:
        """What cannot be kept has not been said: neither as a duplicate nor for the pace."""
        message, pace = ready.message, self._ports.pace
        self._recent.add(message)
        try:
            wait_ms = await pace.take(message, ready.pause_ms) if ready.pause_ms else 0
            if wait_ms:
                raise LimitedError("the chat is in slow mode, please wait", code="slow_mode", retry_after_ms=wait_ms)
        except BaseException:
            self._recent.forget(message)
            raise
        try:
            return await keep()
        except BaseException:
            self._recent.forget(message)
            if ready.pause_ms:
                await pace.give_back(message)
            raise

    async def _write(self, ready: _Ready, place: _Place | None) -> ChatMessage:
        if place is not None and not await place.use():
            return await self._said_before(ready.message)
        return await self._ports.writer.write(ready.message, ready.event)

    async def _said_before(self, message: ChatMessage) -> ChatMessage:
        """Of a message that was said only the answer was lost on its way. Any other one is left out."""
        # Without a key of its author's it is another message each time.
        before = None if message.key == message.id else await self._ports.writer.find(message)
        if before is not None:
            return before
        fault = "so many are writing that your message was left out; try again in a moment"
        raise LeftOutError(fault, retry_after_ms=LEFT_OUT_RETRY_MS)

    def _is_staff(self, author: Person, show: ShowId) -> bool:
        """As far as it is known without SQL: the first line in a show tells who its host is."""
        return author.id == self._hosts.get(show, author.id) or author.may(Permission.MODERATE_CHAT)

    def _remember(self, show: Show) -> None:
        self._hosts[show.id] = show.creator
        if len(self._hosts) > HOSTS_KEPT:
            del self._hosts[next(iter(self._hosts))]
