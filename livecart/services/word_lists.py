"""Reading and replacing word lists: those that hold in all shows are the moderators', each show has one of its own.

A list is replaced as a whole, and only if all of it is in order. Which list is in force is chat_filter.py's to know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from livecart.domain.errors import ConflictError, InvalidError, NotFoundError
from livecart.domain.events import LISTS_CHANGED, ShowEvent
from livecart.domain.ids import EventId, PersonId, ShowId
from livecart.domain.people import Permission, Person
from livecart.domain.rulings import word_list_changed
from livecart.domain.staffing import Duty
from livecart.domain.word_list import LINES_MAX
from livecart.services.ports import Clock, Ids
from livecart.services.ports_filter import ListReading, Upload
from livecart.services.staffing import staffed
from livecart.services.store import Store, Transaction
from livecart.services.store_filter import StoredList
from livecart.services.views import rfc3339

# A process keeps those of the shows that it has chat of.
SHOW_LINES_MAX = 2_000
LISTS_MAX = 50
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Replacing:
    """`version`: the one that the editor saw; None replaces whatever is there. `dry_run` checks and changes nothing."""

    raw: bytes
    version: int | None = None
    dry_run: bool = False


class WordLists:
    """A list is named by its name, or by the show that it is of."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, reading: ListReading) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._reading = reading

    async def require(self, person: Person, show: ShowId | None) -> None:
        """Raises ForbiddenError, NotFoundError; to be asked before a long upload is taken."""
        if show is None:
            person.require(Permission.MODERATE_CHAT)
            return
        async with self._store.read() as tx:
            await staffed(tx, person, show, Duty.WORDS)

    async def for_all(self, person: Person) -> list[dict[str, Any]]:
        person.require(Permission.MODERATE_CHAT)
        async with self._store.read() as tx:
            return [_view(stored) for stored in await tx.word_lists.for_all()]

    async def get(self, person: Person, name: str) -> dict[str, Any]:
        """With its text. Raises ForbiddenError, NotFoundError."""
        person.require(Permission.MODERATE_CHAT)
        async with self._store.read() as tx:
            stored = await tx.word_lists.get(_checked(name))
        if stored is None:
            raise NotFoundError("no such word list")
        return _view(stored) | {"text": stored.text}

    async def of_show(self, person: Person, show: ShowId) -> dict[str, Any]:
        """With its text; empty where nobody has made one. Raises ForbiddenError, NotFoundError."""
        async with self._store.read() as tx:
            await staffed(tx, person, show, Duty.WORDS)
            stored = await tx.word_lists.get(list_of(show))
        stored = stored or StoredList(list_of(show), show, 0, "", 0, person.id, 0)
        return _view(stored) | {"text": stored.text}

    async def put(self, person: Person, name: str, new: Replacing) -> dict[str, Any]:
        """Raises ForbiddenError, InvalidError naming the lines at fault, ConflictError `list_changed`,
        UnavailableError."""
        person.require(Permission.MODERATE_CHAT)
        upload = await self._reading.check(new.raw, LINES_MAX)
        return await self._put(person, _checked(name), None, new, upload)

    async def put_of_show(self, person: Person, show: ShowId, new: Replacing) -> dict[str, Any]:
        """Raises the same, and NotFoundError."""
        await self.require(person, show)
        upload = await self._reading.check(new.raw, SHOW_LINES_MAX)
        return await self._put(person, list_of(show), show, new, upload)

    async def _put(
        self, person: Person, name: str, show: ShowId | None, new: Replacing, upload: Upload
    ) -> dict[str, Any]:
        async with self._store.write() as tx:
            if show is not None:
                (await staffed(tx, person, show, Duty.WORDS)).require_open()
            before = await tx.word_lists.get(name)
            version = 0 if before is None else before.version
            if new.version not in {None, version}:
                raise _changed(version)
            if before is None and show is None and len(await tx.word_lists.for_all()) >= LISTS_MAX:
                raise ConflictError(f"at most {LISTS_MAX} lists", code="too_many_lists")
            now_ms = self._clock.now_ms()
            stored = StoredList(name, show, version + 1, upload.text, upload.entries, person.id, now_ms)
            if not new.dry_run and (before is None or before.text != upload.text):
                await self._keep(tx, stored, person.id)
            elif before is not None and not new.dry_run:
                stored = before
        return _view(stored) | {"repeated": upload.repeated, "dry_run": new.dry_run}

    async def _keep(self, tx: Transaction, stored: StoredList, by: PersonId) -> None:
        if not await tx.word_lists.put(stored):
            raise _changed(stored.version)
        if stored.show is None:
            await tx.log.append(word_list_changed(by, stored.name, stored.version, stored.changed_at_ms))
        data = {"list": stored.name}
        event = ShowEvent(EventId(self._ids.new()), None, LISTS_CHANGED, data, stored.changed_at_ms, by)
        await tx.outbox.add(event)


def list_of(show: ShowId) -> str:
    """No name that an editor can choose."""
    return f"show:{show}"


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise InvalidError("the name is not valid", fields={"list": "1 to 40 of a-z, 0-9 and '-'"})
    return name


def _changed(version: int) -> ConflictError:
    return ConflictError(f"somebody has changed this list: it is at version {version}", code="list_changed")


def _view(stored: StoredList) -> dict[str, Any]:
    return {
        "name": stored.name,
        "show": stored.show,
        "version": stored.version,
        "entries": stored.entries,
        "changed_at": rfc3339(stored.changed_at_ms) if stored.version else None,
        "changed_by": stored.changed_by if stored.version else None,
    }
