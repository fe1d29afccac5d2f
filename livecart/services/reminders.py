"""Telling people that a show has begun although no page of the shop is open: by their browsers' push services.

Each browser has a reminder of its own, which goes when it was sent, the show is over, or its push service does not know
the browser any more. A reminder is put off in SQL before it is sent, so that a process that dies costs a repetition at
most, and of two processes one sends it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from livecart.domain.errors import ConflictError, InvalidError
from livecart.domain.ids import ShowId
from livecart.domain.people import Person
from livecart.domain.places import public
from livecart.domain.reminder import PER_PERSON_MAX, TRIES_MAX, Reminder, wait_ms, words
from livecart.domain.show import Show, ShowState
from livecart.domain.taxonomy import LANGUAGES
from livecart.domain.web_push import Subscription, check_subscription
from livecart.services.ports import Clock, Ids, Limits
from livecart.services.store import Store

SENT_AT_ONCE = 200


class PushOutcome(StrEnum):
    SENT = "sent"
    # 404 or 410: the browser took its leave back, or is gone.
    GONE = "gone"
    LATER = "later"
    REFUSED = "refused"


class PushSender(Protocol):
    @property
    def key(self) -> str:
        """The shop's public key, which a browser subscribes with: base64url."""
        ...

    async def send_all(self, pushes: Sequence[tuple[Subscription, bytes]]) -> Sequence[PushOutcome]:
        """What became of each, in their order; never raises for what the other sides do."""
        ...


@dataclass(frozen=True, slots=True)
class PushTerms:
    """`services` are those that are trusted; none: nothing is pushed."""

    services: Sequence[str]


class Reminders:
    def __init__(
        self, store: Store, clock: Clock, ids: Ids, limits: Limits, sender: PushSender, terms: PushTerms
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._limits = limits
        self._sender = sender
        self._terms = terms

    @property
    def key(self) -> str | None:
        """What browsers subscribe with; None: this shop pushes nothing."""
        return self._sender.key if self._terms.services else None

    async def remind(
        self, person: Person, show_id: ShowId, browser: tuple[str, str, str], language: str, *, address: str
    ) -> dict[str, Any]:
        """`browser`: endpoint, p256dh and auth of its subscription. Again with the same changes nothing.

        Raises NotFoundError, InvalidError (`push_service`), ConflictError `show_begun`, `too_many_reminders`,
        `push_off`, LimitedError.
        """
        await self._limits.check("reminder", person.id, address=address)
        await self._limits.count("reminder", person.id, address=address)
        if not self._terms.services:
            raise ConflictError("this shop pushes nothing", code="push_off")
        if language not in LANGUAGES:
            raise InvalidError("no such language", fields={"language": ", ".join(LANGUAGES)})
        subscription = check_subscription(*browser, self._terms.services)
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            show = await tx.shows.get(show_id)
            if show.state is not ShowState.READY:
                raise ConflictError("this show has begun already", code="show_begun")
            if await tx.reminders.count(person.id) >= PER_PERSON_MAX:
                raise ConflictError(f"at most {PER_PERSON_MAX} reminders at once", code="too_many_reminders")
            reminder = Reminder(self._ids.new(), show_id, person.id, subscription, language, now_ms)
            await tx.reminders.put(reminder)
        return {"show": show_id}

    async def forget(self, person: Person, show: ShowId) -> None:
        """In all browsers of his. What is not there is no error."""
        async with self._store.write() as tx:
            await tx.reminders.remove(show, person.id)

    async def send_due(self) -> int:
        """Returns how many were tried."""
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            found = await tx.reminders.due(now_ms, SENT_AT_ONCE)
            tried = [replace(each, tries=each.tries + 1) for each in found]
            due = [replace(each, next_at_ms=now_ms + wait_ms(each.tries)) for each in tried]
            await tx.reminders.put_off(due)
        if not due:
            return 0
        payloads = await self._payloads(due)
        outcomes = await self._sender.send_all([(each.subscription, payloads[each.id]) for each in due])
        await self._settle(due, outcomes)
        return len(due)

    async def forget_ended(self) -> None:
        async with self._store.write() as tx:
            await tx.reminders.forget_ended()

    async def _settle(self, due: Sequence[Reminder], outcomes: Sequence[PushOutcome]) -> None:
        done, gone = [], []
        for reminder, outcome in zip(due, outcomes, strict=True):
            if outcome is PushOutcome.GONE:
                gone.append(reminder.subscription.id)
            elif outcome is not PushOutcome.LATER or reminder.tries >= TRIES_MAX:
                done.append(reminder.id)
        async with self._store.write() as tx:
            if done:
                await tx.reminders.done(done)
            for browser in gone:
                await tx.reminders.forget_browser(browser)

    async def _payloads(self, due: Sequence[Reminder]) -> dict[str, bytes]:
        """What web/public/sw.js shows."""
        shows: dict[ShowId, Show] = {}
        async with self._store.read() as tx:
            for show_id in {each.show for each in due}:
                shows[show_id] = await tx.shows.get(show_id)
            hosts = await tx.people.many([show.creator for show in shows.values()])
        payloads = {}
        for each in due:
            show = shows[each.show]
            title, text = words(show.title, hosts[show.creator].display_name, each.language)
            told = {"title": title, "body": text, "tag": show.id, "url": public(f"/s/{show.id}"), "lang": each.language}
            payloads[each.id] = msgspec.json.encode(told)
        return payloads
