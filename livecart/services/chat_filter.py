"""This process's copy of the word lists in force. A text is looked through in memory: never SQL for a message.

The lists that hold in all shows are one filter; those of single shows are read when such a show is first written in.
`look` compares versions, so it is cheap to call at news of a change, and now and then, since news may be lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from livecart.domain.folding import readings
from livecart.domain.held import text_refused
from livecart.domain.ids import ShowId
from livecart.domain.word_filter import Filter
from livecart.domain.word_list import Rule, Verdict
from livecart.services.ports_filter import ListReading
from livecart.services.store import Store
from livecart.services.word_lists import list_of

SHOWS_KEPT = 200


@dataclass(frozen=True, slots=True)
class _Loaded:
    versions: Mapping[str, int]
    words: Filter


class ChatFilter:
    def __init__(self, store: Store, reading: ListReading) -> None:
        self._store = store
        self._reading = reading
        self._common: _Loaded | None = None
        # Of every show that has a list and has not ended: its version.
        self._wanted: Mapping[ShowId, int] = {}
        self._shows: dict[ShowId, _Loaded] = {}

    async def look(self) -> None:
        """Reads what has changed since the last time. What was in force stays so meanwhile. Raises UnavailableError."""
        async with self._store.read() as tx:
            found = await tx.word_lists.versions()
            common = {name: version for name, (show, version) in found.items() if show is None}
            changed = self._common is None or self._common.versions != common
            texts = await tx.word_lists.texts(sorted(common)) if changed and common else {}
        if changed:
            words = await self._reading.build(texts) if texts else Filter()
            self._common = _Loaded(common, words)
        self._wanted = {show: version for show, version in found.values() if show is not None}
        for show in [show for show in self._shows if show in self._wanted]:
            await self._load(show)

    async def find(self, show: ShowId | None, text: str) -> Rule | None:
        """The rule that a text is caught by, if any. What denies weighs more, then what holds in all shows.

        Raises UnavailableError as long as no lists could be read at all: what nobody could check is not let through.
        """
        if self._common is None:
            await self.look()
        assert self._common is not None
        found = readings(text)
        rule = self._common.words.find(found)
        if (rule is not None and rule.entry.verdict is Verdict.DENY) or show is None:
            return rule
        own = await self._of_show(show)
        of_show = None if own is None else own.find(found)
        if of_show is not None and of_show.entry.verdict is Verdict.DENY:
            return of_show
        return rule or of_show

    async def require_sayable(self, field: str, text: str) -> None:
        """For what cannot be held, since nobody looks at it before it is seen. Raises InvalidError `text_refused`."""
        rule = await self.find(None, text)
        if rule is not None:
            raise text_refused(rule.id, field=field)

    async def _of_show(self, show: ShowId) -> Filter | None:
        if show not in self._wanted:
            return None
        if show not in self._shows:
            await self._load(show)
        loaded = self._shows.get(show)
        return None if loaded is None else loaded.words

    async def _load(self, show: ShowId) -> None:
        """Reads a show's list unless it is known as it is wanted; one that has changed is in force until then."""
        name = list_of(show)
        if self._version_of(show) >= self._wanted[show]:
            return
        async with self._store.read() as tx:
            stored = await tx.word_lists.get(name)
        # Of all who wait for it, most find that another has been faster.
        if stored is None or self._version_of(show) >= stored.version:
            return
        words = await self._reading.build({name: stored.text})
        self._shows[show] = _Loaded({name: stored.version}, words)
        if len(self._shows) > SHOWS_KEPT:
            del self._shows[next(iter(self._shows))]

    def _version_of(self, show: ShowId) -> int:
        loaded = self._shows.get(show)
        return 0 if loaded is None else loaded.versions[list_of(show)]
